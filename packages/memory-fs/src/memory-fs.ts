import { Errno, type AttachRequest, type Backend, type Node } from "@ninep/server";
import { S_IFDIR } from "@ninep/wire";
import { DirectoryNode } from "./directory-node.js";
import { Inode } from "./inode.js";
import { buildTree, readFile, type TreeFiles } from "./tree.js";
import { Volume, type VolumeOptions } from "./volume.js";

/** What to start with, and the limits. */
export interface MemoryFsOptions extends VolumeOptions {
  /** What is in the tree from the start. */
  readonly files?: TreeFiles;
}

/**
 * A file tree in memory. One may serve many sessions: all see the same files,
 * and the locks of each other.
 */
export class MemoryFs implements Backend {
  readonly #volume: Volume;
  readonly #root: DirectoryNode;

  /** Throws when `files` do not fit or contradict each other. */
  constructor(options: MemoryFsOptions = {}) {
    this.#volume = new Volume(options);
    const root = new Inode(this.#volume, { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
    this.#root = new DirectoryNode(root, "/");
    if (options.files) this.add(options.files);
  }

  /** Anybody may attach to the one tree there is, named "" or "/". */
  attach(request: AttachRequest): Node {
    if (request.aname !== "" && request.aname !== "/") throw new Errno("ENOENT", request.aname);
    this.#root.retain();
    return this.#root;
  }

  /** Adds files, also to a read-only tree; what has the same path is replaced if it is a file too. */
  add(files: TreeFiles): void {
    buildTree(this.#root, files);
  }

  /** The content of the regular file `path`, such as "a/b.txt". Throws ENOENT, ENOTDIR, EISDIR, EINVAL. */
  readFile(path: string): Uint8Array {
    return readFile(this.#root, path);
  }

  /**
   * What clients hold now: nodes retained, counted once for each user, and open
   * files. Both are 0 when every session is closed, or something leaks.
   */
  inUse(): { nodes: number; files: number } {
    return { nodes: this.#volume.retained, files: this.#volume.open };
  }
}
