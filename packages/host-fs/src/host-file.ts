import { fdatasync, fsync, read } from "node:fs";
import { promisify } from "node:util";
import {
  O_ACCMODE,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  RWF_NOWAIT,
  SystemError,
  close,
  preadv2,
  pwrite,
} from "@ninep/linux";
import { Errno, slicePieces, type LockRange, type OpenFile } from "@ninep/server";
import { LOCK_SUCCESS, LOCK_TYPE_UNLCK, errno } from "@ninep/wire";
import type { FdHolder } from "./fd-cache.js";
import type { HostNode } from "./host-node.js";
import { findLock, setLock } from "./lock.js";
import { openRegular } from "./open.js";
import { readPieces, readPiecesLater, writePieces } from "./vector-io.js";

/** Pages are the least that the page cache has or has not; every Linux page is a multiple of this. */
const PAGE_SIZE = 4096;
const PAGE_MASK = 4095n;

const fsyncLater = promisify(fsync);
const fdatasyncLater = promisify(fdatasync);

/** An open regular file. Its descriptor may be given up and opened again, unless locks hang on it. */
export class HostFile implements OpenFile, FdHolder {
  fd: number;
  slot = -1;
  recent = false;
  /** Neighbours in the node's list of open files that have a descriptor. */
  #previous: HostFile | undefined;
  #next: HostFile | undefined;
  readonly node: HostNode;
  /** The host's flags it is open with. */
  readonly flags: number;
  /** Opened with O_SYNC or O_DSYNC: each write ends on the disk. */
  readonly #synchronous: boolean;
  #holds = 0;
  #locked = false;
  /** The file's mode does not let it be opened once more. */
  #lastChance = false;

  /** Takes over `fd`, for which room has been reserved. */
  constructor(node: HostNode, fd: number, flags: number, synchronous: boolean) {
    this.node = node;
    this.fd = fd;
    this.flags = flags & ~O_TRUNC;
    this.#synchronous = synchronous;
    node.retain();
    node.openCount++;
    this.#enlist();
  }

  get evictable(): boolean {
    // The node may have no other descriptor: to be found again without a name, or for an operation under way.
    const needed = this.node.fd < 0 && (this.node.unlinked || this.node.busy);
    return this.#holds === 0 && !this.#locked && !this.#lastChance && !needed;
  }

  evict(): void {
    this.#unlist();
    close(this.fd);
    this.fd = -1;
  }

  #openFd(): number {
    if (this.fd < 0) {
      this.fd = openRegular(this.node, this.flags);
      this.#enlist();
    }
    this.recent = true;
    return this.fd;
  }

  read(offset: bigint, into: Uint8Array): number | Promise<number> {
    const fd = this.#openFd();
    const wanted = into.length;
    let done = 0;
    while (done < wanted) {
      const count = preadv2(fd, done === 0 ? into : into.subarray(done), offset + BigInt(done), RWF_NOWAIT);
      if (count < 0) {
        // Not in the page cache, or a file system that cannot tell: let another thread wait for the disk.
        if (mustWait(count)) return this.#readLater(offset, into, done);
        throw new SystemError(-count, "preadv2");
      }
      done += count;
      // Only the end of the file ends a read within a page.
      if (count === 0 || (Number(offset & PAGE_MASK) + done) % PAGE_SIZE !== 0) break;
    }
    return done;
  }

  async #readLater(offset: bigint, into: Uint8Array, done: number): Promise<number> {
    return this.#whileHeld(async (fd) => {
      let total = done;
      while (total < into.length) {
        const count = await readLater(fd, into, total, offset + BigInt(total));
        if (count === 0) break;
        total += count;
      }
      return total;
    });
  }

  readVector(offset: bigint, into: readonly Uint8Array[]): number | Promise<number> {
    const count = readPieces(this.#openFd(), into, offset);
    if (count < 0 && !mustWait(count)) throw new SystemError(-count, "preadv2");
    // Only the end of the file ends a read within a page; else the rest is on the disk.
    if (count === 0 || (count > 0 && (Number(offset & PAGE_MASK) + count) % PAGE_SIZE !== 0)) return count;
    const done = Math.max(count, 0);
    if (slicePieces(into, done, Infinity).length === 0) return done;
    return this.#whileHeld(async (fd) => readPiecesLater(fd, into, offset, done));
  }

  write(offset: bigint, data: Uint8Array): number | Promise<number> {
    return this.#written(pwrite(this.#openFd(), data, offset));
  }

  writeVector(offset: bigint, data: readonly Uint8Array[]): number | Promise<number> {
    const count = writePieces(this.#openFd(), data, offset);
    if (count < 0) throw new SystemError(-count, "pwritev2");
    return this.#written(count);
  }

  #written(count: number): number | Promise<number> {
    return this.#synchronous ? this.fsync(true).then(() => count) : count;
  }

  async fsync(datasync: boolean): Promise<void> {
    await this.#whileHeld((fd) => (datasync ? fdatasyncLater(fd) : fsyncLater(fd)));
  }

  async #whileHeld<T>(use: (fd: number) => Promise<T>): Promise<T> {
    const fd = this.#openFd();
    this.#holds++;
    try {
      return await use(fd);
    } finally {
      this.#holds--;
    }
  }

  lock(range: LockRange): number {
    const fd = this.#openFd();
    if (range.type !== LOCK_TYPE_UNLCK && !this.#locked) {
      // Locks belong to the open descriptor (OFD locks): it stays while there are any.
      if (!this.#pin()) throw new Errno("ENOLCK");
      this.#locked = true;
    }
    const status = setLock(fd, range);
    const all = range.start === 0n && range.length === 0n;
    if (this.#locked && status === LOCK_SUCCESS && range.type === LOCK_TYPE_UNLCK && all) {
      this.#locked = false;
      this.#unpin();
    }
    return status;
  }

  getlock(range: LockRange): LockRange {
    return findLock(this.#openFd(), range);
  }

  /**
   * The file that `node` is has a new mode. Where that forbids to open it once more, the
   * descriptors it is open with stay, as far as there is room for such.
   */
  static modeIs(node: HostNode, mode: number): void {
    if (node.tree.mayOpenAll) return;
    for (let file = node.files; file; file = file.#next)
      if (!file.#lastChance && !ownerMay(file.flags, mode)) file.#lastChance = file.#pin();
  }

  /** Has the descriptor counted as one that stays. False when there are too many of those. */
  #pin(): boolean {
    return this.node.tree.fds.pin();
  }

  #unpin(): void {
    this.node.tree.fds.unpin();
  }

  close(): void {
    if (this.#locked) this.#unpin();
    if (this.#lastChance) this.#unpin();
    if (this.fd >= 0) {
      this.node.tree.fds.release(this);
      this.evict();
    }
    this.node.openCount--;
    this.node.release();
  }

  #enlist(): void {
    const { node } = this;
    node.tree.fds.add(this);
    this.#previous = undefined;
    this.#next = node.files;
    if (this.#next) this.#next.#previous = this;
    node.files = this;
  }

  #unlist(): void {
    if (this.#previous) this.#previous.#next = this.#next;
    else this.node.files = this.#next;
    if (this.#next) this.#next.#previous = this.#previous;
    this.#previous = undefined;
    this.#next = undefined;
  }
}

/** True for how RWF_NOWAIT says that the kernel would have to wait, or cannot tell. */
function mustWait(result: number): boolean {
  return result === -errno.EAGAIN || result === -errno.EOPNOTSUPP;
}

/** True when a file of this mode lets its owner open it with these host flags. */
function ownerMay(flags: number, mode: number): boolean {
  const access = flags & O_ACCMODE;
  const needed = access === O_RDONLY ? 0o400 : access === O_WRONLY ? 0o200 : 0o600;
  return (mode & needed) === needed;
}

/** Reads on libuv's pool into `into` from `start` on. */
function readLater(fd: number, into: Uint8Array, start: number, position: bigint): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, start, into.length - start, position, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}
