import { fsync } from "node:fs";
import { promisify } from "node:util";
import { DirentCursor, SEEK_SET, close, fstatx, getdents64, lseek } from "@ninep/linux";
import { QTDIR, QTFILE, QTSYMLINK, DT_DIR, DT_LNK } from "@ninep/wire";
import type { DirentWriter, OpenFile } from "@ninep/server";
import { STATX_FOR_QID } from "./attributes.js";
import type { FdHolder } from "./fd-cache.js";
import type { HostNode } from "./host-node.js";
import { lastStat } from "./tree.js";

const fsyncLater = promisify(fsync);

/** The host's records of one Treaddir. One for all: it is emptied before the next system call. */
const records = new Uint8Array(256 * 1024);
const cursor = new DirentCursor(records);
/** The kernel's record of the longest name: with less room getdents64(2) fails. */
const LARGEST_RECORD = 280;

const [DOT] = Buffer.from(".");

/**
 * An open directory. Cookies are the host file system's own (d_off), which it
 * keeps valid while entries come and go; its descriptor may be given up and
 * opened again at any cookie.
 */
export class HostDirectory implements OpenFile, FdHolder {
  fd = -1;
  slot = -1;
  recent = false;
  readonly #node: HostNode;
  #holds = 0;
  /** Where the descriptor stands. */
  #position = 0n;

  constructor(node: HostNode) {
    this.#node = node;
    this.#openFd();
    node.retain();
  }

  get evictable(): boolean {
    return this.#holds === 0 && !(this.#node.unlinked && this.#node.fd < 0);
  }

  evict(): void {
    close(this.fd);
    this.fd = -1;
  }

  #openFd(): number {
    if (this.fd < 0) {
      this.fd = this.#node.openDirectory();
      this.#position = 0n;
      this.#node.tree.fds.add(this);
    }
    this.recent = true;
    return this.fd;
  }

  readdir(offset: bigint, out: DirentWriter): void {
    const fd = this.#openFd();
    if (offset !== this.#position) lseek(fd, offset, SEEK_SET);
    // A record of the kernel's is at least 6/7 of the entry it becomes: mostly all that come fit.
    const size = Math.min(records.length, Math.max(LARGEST_RECORD, Math.floor((out.room * 6) / 7)));
    const filled = getdents64(fd, records, size);
    this.#position = offset;
    if (filled === 0) return;

    const { major, minor } = this.#device();
    const { paths } = this.#node.tree;
    cursor.reset(filled);
    let whole = true;
    while (whole && cursor.advance()) {
      const { type, nameStart, nameEnd } = cursor;
      const path = this.#isParentOfRoot(nameStart, nameEnd)
        ? this.#node.path
        : paths.of(major, minor, cursor.ino);
      const qidType = type === DT_DIR ? QTDIR : type === DT_LNK ? QTSYMLINK : QTFILE;
      whole = out.addBytes(qidType, path, cursor.offset, type, records, nameStart, nameEnd);
      if (whole) this.#position = cursor.offset;
    }
    // What did not fit comes again: the descriptor stands beyond it, so the next read has to go back.
    if (!whole) lseek(fd, this.#position, SEEK_SET);
  }

  #device(): { major: number; minor: number } {
    fstatx(this.fd, STATX_FOR_QID, lastStat);
    return { major: lastStat.devMajor, minor: lastStat.devMinor };
  }

  /** What is above the export is nobody's business, not even its inode number. */
  #isParentOfRoot(start: number, end: number): boolean {
    return !this.#node.parent && end - start === 2 && records[start] === DOT && records[start + 1] === DOT;
  }

  async fsync(): Promise<void> {
    const fd = this.#openFd();
    this.#holds++;
    try {
      await fsyncLater(fd);
    } finally {
      this.#holds--;
    }
  }

  close(): void {
    if (this.fd >= 0) {
      this.#node.tree.fds.release(this);
      this.evict();
    }
    this.#node.release();
  }
}
