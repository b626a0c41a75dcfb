import { declare } from "./libc.js";
import { check } from "./system-error.js";

const cGetdents = declare<[number, Uint8Array, number], number>("long getdents64(int, void *, size_t)");
const cLseek = declare<[number, bigint, number], number | bigint>("int64_t lseek(int, int64_t, int)");

export const SEEK_SET = 0;

/** Records begin with d_ino[8] d_off[8] d_reclen[2] d_type[1]; the name follows (getdents(2)). */
const NAME_START = 19;

/**
 * Reads directory entries into `buffer` (getdents64(2)). Returns the bytes
 * filled, 0 at the end. @throws SystemError
 */
export function getdents64(fd: number, buffer: Uint8Array, size: number): number {
  return check(cGetdents(fd, buffer, size), "getdents64");
}

/** Moves a descriptor's position (lseek(2)); a directory takes cookies from its entries. @throws SystemError */
export function lseek(fd: number, offset: bigint, whence: number): void {
  check(Number(cLseek(fd, offset, whence)), "lseek");
}

/** Steps through the records that getdents64 left in a buffer, in place. */
export class DirentCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #next = 0;
  #end = 0;

  constructor(buffer: Uint8Array) {
    this.#bytes = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  /** Starts before the first of `size` bytes of records. */
  reset(size: number): void {
    this.#at = 0;
    this.#next = 0;
    this.#end = size;
  }

  /** Goes to the next record; false after the last. */
  advance(): boolean {
    if (this.#next >= this.#end) return false;
    this.#at = this.#next;
    this.#next += this.#view.getUint16(this.#at + 16, true);
    return true;
  }

  get ino(): bigint {
    return this.#view.getBigUint64(this.#at, true);
  }
  /** The cookie of the position after this entry. */
  get offset(): bigint {
    return this.#view.getBigUint64(this.#at + 8, true);
  }
  /** DT_…. */
  get type(): number {
    return this.#bytes[this.#at + 18]!;
  }
  get nameStart(): number {
    return this.#at + NAME_START;
  }
  get nameEnd(): number {
    return this.#bytes.indexOf(0, this.#at + NAME_START);
  }
}
