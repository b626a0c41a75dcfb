import { isPromise } from "./awaitable.js";
import type { Awaitable, Node, OpenFile } from "./backend.js";
import { Errno } from "./errno-error.js";

/** An extended attribute being read (Txattrwalk) or written (Txattrcreate) through a fid. */
export interface XattrTransfer {
  /** The whole value: what is read, or room for what is written, all zeros at first. */
  readonly value: Uint8Array;
  /** Set while writing: the attribute that Tclunk sets. */
  readonly write?: { readonly name: string; readonly flags: number; filled: number };
}

/** Where a client of 9P2000 is in reading a directory as a file. */
export interface DirectoryPosition {
  /** The only offset but 0 that its next Tread may have. */
  readonly offset: bigint;
  /** The cookie after which the next entry comes. */
  readonly cookie: bigint;
}

/** What a fid stands for. */
export class Fid {
  node: Node;
  /** User of the attach that this fid descends from. */
  readonly uid: number;
  /** Set once it is open. */
  file: OpenFile | undefined = undefined;
  readable = false;
  writable = false;
  /** Open with ORCLOSE: Tclunk removes the file. */
  removeOnClunk = false;
  xattr: XattrTransfer | undefined = undefined;
  directory: DirectoryPosition | undefined = undefined;
  /** The client has given the fid up; requests under way may still use it. */
  gone = false;
  /** The fid table's own use, and one for each request under way. */
  #users = 1;

  constructor(node: Node, uid: number) {
    this.node = node;
    this.uid = uid;
  }

  /**
   * A request that answers later keeps the file and the node, which the fid may leave
   * meanwhile, from being closed under it. Returns how to end that.
   */
  hold(): () => Awaitable<void> {
    const { node } = this;
    node.retain();
    this.#users++;
    return () => {
      node.release();
      return this.#drop();
    };
  }

  /** The client has given the fid up. Resolves or throws with the result of closing the file. */
  clunk(): Awaitable<void> {
    this.gone = true;
    return this.#drop();
  }

  /** One user less; the last one closes the file and releases the node. */
  #drop(): Awaitable<void> {
    if (--this.#users > 0) return;
    const { file, node } = this;
    this.file = undefined;
    if (!file) {
      node.release();
      return;
    }
    return closeFile(file, node);
  }
}

/** Closes `file`, and then releases its node, whatever the result. */
export function closeFile(file: OpenFile, node: Node): Awaitable<void> {
  let closing: Awaitable<void>;
  try {
    closing = file.close();
  } catch (error) {
    node.release();
    throw error;
  }
  const release = (): void => {
    node.release();
  };
  if (isPromise(closing)) return Promise.resolve(closing).finally(release);
  release();
}

/** The open file of a fid. @throws Errno EBADF when it is not open. */
export function openFile(fid: Fid): OpenFile {
  if (!fid.file) throw new Errno("EBADF", "the fid is not open");
  return fid.file;
}
