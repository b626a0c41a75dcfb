import { QTDIR, QTFILE, QTSYMLINK, type Qid } from "@ninep/wire";
import type { Attr, Awaitable, Backend, LockRange, Node, OpenFile, StatFs } from "../backend.js";
import type { DirentWriter } from "../dirent-writer.js";
import { Errno } from "../errno-error.js";

/** A call that has not answered yet. */
interface Waiting {
  settle(): void;
}

/** Who uses a node or a file now. */
interface Usage {
  readonly name: string;
  users: number;
}

const TIME = { sec: 0n, nsec: 0n };

/**
 * A tree that is made of chance: each call answers at once, later, or with an
 * error, and a walk leads to a file of any kind. It keeps count of what the
 * session may use, and notes whatever it does that the contract forbids.
 */
export class ChanceBackend implements Backend {
  readonly problems: string[] = [];
  readonly waiting: Waiting[] = [];
  /** All nodes and files that ever were. */
  readonly #used: Usage[] = [];
  readonly #below: (below: number) => number;

  /** @param below Returns a number from 0 to `below` - 1. */
  constructor(below: (below: number) => number) {
    this.#below = below;
  }

  /** Nodes and files that the session has not given up. */
  get inUse(): string[] {
    return this.#used.filter(({ users }) => users > 0).map(({ name }) => name);
  }

  /** How many there were in all. */
  get made(): number {
    return this.#used.length;
  }

  attach(): Awaitable<Node> {
    return this.#answer([], () => this.#node(QTDIR));
  }

  #use(kind: string): Usage {
    const usage = { name: `${kind} ${this.#used.length}`, users: 1 };
    this.#used.push(usage);
    return usage;
  }

  #drop(usage: Usage): void {
    if (--usage.users < 0) this.problems.push(`${usage.name} was given up twice`);
  }

  /** `result()`, when chance wants. Those in `users` have to be in use from now until then. */
  #answer<T>(users: readonly (Usage | undefined)[], result: () => T): Awaitable<T> {
    const check = (when: string): void => {
      for (const user of users)
        if (user && user.users <= 0) this.problems.push(`${user.name} is used ${when} it was given up`);
    };
    const outcome = (): T => {
      const luck = this.#below(10);
      if (luck === 0) throw new Errno("ENOENT");
      if (luck === 1 && this.#below(5) === 0) throw new TypeError("a bug");
      return result();
    };
    check("after");
    if (this.#below(2) === 0) return outcome();
    return new Promise((resolve, reject) => {
      this.waiting.push({
        settle: () => {
          check("by a call under way when");
          try {
            resolve(outcome());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
      });
    });
  }

  #node(type = [QTDIR, QTDIR, QTFILE, QTSYMLINK][this.#below(4)]!): Node {
    const usage = this.#use("node");
    const qid: Qid = { type, version: 1, path: BigInt(this.#used.length) };
    const answer = <T>(result: () => T, other?: Node): Awaitable<T> =>
      this.#answer([usage, other && usages.get(other)], result);
    const node: Required<Node> = {
      qid,
      name: usage.name,
      retain: () => {
        if (usage.users <= 0) this.problems.push(`${usage.name} is retained after it was given up`);
        usage.users++;
      },
      release: () => {
        this.#drop(usage);
      },
      walk: () => answer(() => this.#node()),
      getattr: () => answer(() => attrOf(qid)),
      setattr: () => answer(() => undefined),
      open: () => answer(() => this.#file(usage)),
      create: () => answer(() => this.#created()),
      mkdir: () => answer(() => qid),
      symlink: () => answer(() => qid),
      mknod: () => answer(() => qid),
      link: (target) => answer(() => undefined, target),
      unlinkAt: () => answer(() => undefined),
      remove: () => answer(() => undefined),
      renameAt: (_, to) => answer(() => undefined, to),
      rename: (to) => answer(() => undefined, to),
      readlink: () => answer(() => "target"),
      statfs: () => answer(() => STATFS),
      getXattr: () => answer(() => new Uint8Array(this.#below(100))),
      listXattrs: () => answer(() => ["user.a"]),
      setXattr: () => answer(() => undefined),
      removeXattr: () => answer(() => undefined),
    };
    usages.set(node, usage);
    return node;
  }

  #created(): { node: Node; file: OpenFile } {
    const node = this.#node(QTFILE);
    return { node, file: this.#file(usages.get(node)!) };
  }

  /** An open file may be used while its node is. */
  #file(node: Usage): OpenFile {
    const usage = this.#use("file");
    const answer = <T>(result: () => T): Awaitable<T> => this.#answer([usage, node], result);
    return {
      read: (_, into) => answer(() => into.length),
      write: (_, data) => answer(() => data.length),
      readdir: (offset, out) =>
        answer(() => {
          fill(out, offset);
        }),
      fsync: () => answer(() => undefined),
      lock: () => answer(() => 0),
      getlock: (range: LockRange) => answer(() => range),
      close: () => {
        this.#drop(usage);
        return this.#answer([node], () => undefined);
      },
    };
  }
}

const usages = new WeakMap<Node, Usage>();

function fill(out: DirentWriter, offset: bigint): void {
  for (let cookie = offset + 1n; cookie <= 5n; cookie++) out.add(QTFILE, cookie, cookie, 8, `entry${cookie}`);
}

function attrOf(qid: Qid): Attr {
  return {
    valid: 0n,
    qid,
    mode: 0o100644,
    uid: 0,
    gid: 0,
    nlink: 1n,
    rdev: 0n,
    size: 0n,
    blksize: 0n,
    blocks: 0n,
    atime: TIME,
    mtime: TIME,
    ctime: TIME,
    btime: TIME,
    gen: 0n,
    dataVersion: 0n,
  };
}

const STATFS: StatFs = {
  type: 0,
  bsize: 0,
  blocks: 0n,
  bfree: 0n,
  bavail: 0n,
  files: 0n,
  ffree: 0n,
  fsid: 0n,
  namelen: 255,
};
