import { check, orThrow } from "./check.js";
import { byArch, declare, orErrno } from "./libc.js";
import { addressOfRange } from "./native-memory.js";
import { inPool } from "./pool.js";

// musl has given this call several names.
const SYS_GETDENTS64 = byArch(217, 61);

const cGetdents = declare<[number, number, number, number]>("long syscall(long, int, uintptr_t, size_t)");
const cLseek = declare<[number, number | bigint, number], number | bigint>(
  "int64_t lseek(int, int64_t, int)",
);

export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

// Kinds of entry: the file's type in its mode, shifted right by 12 (DT_* in readdir(3)).
export const DT_UNKNOWN = 0;
export const DT_FIFO = 1;
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_BLK = 6;
export const DT_REG = 8;
export const DT_LNK = 10;
export const DT_SOCK = 12;

/** Records begin with d_ino[8] d_off[8] d_reclen[2] d_type[1]; the name follows (getdents(2)). */
const NAME_START = 19;

/**
 * Reads directory entries into `buffer[0, size)` (getdents64(2)).
 * @returns the bytes filled, 0 at the end
 * @throws SystemError EINVAL when not even one entry fits; 280 bytes always do
 */
export function getdents64(fd: number, buffer: Uint8Array, size: number = buffer.length): number {
  const address = addressOfRange(buffer, 0, size);
  return orThrow(orErrno(cGetdents(SYS_GETDENTS64, fd, address, size)), "getdents64");
}

/** {@link getdents64} on the libuv pool. The buffer must not be touched, nor the descriptor closed, until it settles. */
export async function getdents64Async(
  fd: number,
  buffer: Uint8Array,
  size: number = buffer.length,
): Promise<number> {
  const address = addressOfRange(buffer, 0, size);
  return inPool("getdents64", buffer.buffer, (callback) => {
    cGetdents.async(SYS_GETDENTS64, fd, address, size, callback);
  });
}

/**
 * Moves a descriptor's position (lseek(2)); a directory takes cookies from its
 * entries. Returns the new one, a bigint beyond 2^53. @throws SystemError
 */
export function lseek(fd: number, offset: number | bigint, whence: number): number | bigint {
  const position = cLseek(fd, offset, whence);
  // Some file systems use all 64 bits of a cookie, but -1 is always a failure.
  if (position === -1) check(-1, "lseek");
  return position;
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

  /** Where in the buffer the record begins: ino[8] offset[8], little-endian, for who copies them as they are. */
  get recordStart(): number {
    return this.#at;
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
  /** Where the name's NUL is. */
  get nameEnd(): number {
    // A record is as long as its name and NUL, rounded up to 8: what follows the NUL was never written.
    let at = Math.max(this.#next - 8, this.#at + NAME_START);
    while (this.#bytes[at] !== 0) at++;
    return at;
  }
}
