import type { LockRange, OpenFile } from "@ninep/server";
import { L_O_APPEND, L_O_NOATIME } from "@ninep/wire";
import type { FileInode } from "./file-inode.js";

/** A regular file that a fid has open. */
export class OpenRegularFile implements OpenFile {
  readonly #inode: FileInode;
  readonly #appends: boolean;
  readonly #keepsAtime: boolean;
  #isOpen = true;

  constructor(inode: FileInode, flags: number) {
    this.#inode = inode;
    this.#appends = (flags & L_O_APPEND) !== 0;
    this.#keepsAtime = (flags & L_O_NOATIME) !== 0;
    // It outlives its last name and its node for as long as it is open.
    inode.retain();
    inode.volume.open++;
  }

  read(offset: bigint, into: Uint8Array): number {
    if (!this.#keepsAtime) this.#inode.accessed();
    return this.#inode.content.read(offset, into);
  }

  write(offset: bigint, data: Uint8Array): number {
    const { content } = this.#inode;
    content.write(this.#appends ? BigInt(content.size) : offset, data);
    if (data.length > 0) {
      this.#inode.dropPrivileges();
      this.#inode.modified();
    }
    return data.length;
  }

  lock(range: LockRange): number {
    return this.#inode.locks.lock(this, range);
  }

  getlock(range: LockRange): LockRange {
    return this.#inode.locks.test(this, range);
  }

  close(): void {
    if (!this.#isOpen) throw new Error(`file ${this.#inode.number} is closed twice`);
    this.#isOpen = false;
    this.#inode.locks.releaseAll(this);
    this.#inode.volume.open--;
    this.#inode.release();
  }
}
