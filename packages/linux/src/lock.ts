import { check } from "./check.js";
import { errno } from "./errno.js";
import { declare, orErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { SystemError } from "./system-error.js";

export const F_RDLCK = 0;
export const F_WRLCK = 1;
export const F_UNLCK = 2;
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;

const cFcntl = declare<[number, number, number]>("int fcntl(int, int, uintptr_t)");

/** A byte range lock (fcntl(2)). */
export interface Flock {
  /** F_RDLCK, F_WRLCK or F_UNLCK. */
  readonly type: number;
  readonly start: bigint;
  /** Bytes; 0 reaches to the end of the file, however it grows. */
  readonly length: bigint;
  /** The process that holds it, -1 for an OFD lock. */
  readonly pid: number;
}

/** struct flock of 64-bit systems: l_type[2] l_whence[2], padding, l_start[8] l_len[8] l_pid[4]. */
const flock = new NativeMemory(32);
const longs = new BigInt64Array(flock.buffer);

/**
 * Sets or releases a lock that belongs to the open file description (F_OFD_SETLK
 * of fcntl(2)), without waiting. False when another lock is in the way.
 * @throws SystemError EINVAL for a range that has no end, EBADF for a descriptor opened the other way
 */
export function setOfdLock(
  fd: number,
  type: number,
  start: number | bigint,
  length: number | bigint,
): boolean {
  fill(type, start, length);
  const result = orErrno(cFcntl(fd, F_OFD_SETLK, flock.address));
  if (result >= 0) return true;
  if (result === -errno.EAGAIN || result === -errno.EACCES) return false;
  throw new SystemError(-result, "fcntl");
}

/** The first lock in the way of this one, undefined when there is none (F_OFD_GETLK). @throws SystemError */
export function getOfdLock(
  fd: number,
  type: number,
  start: number | bigint,
  length: number | bigint,
): Flock | undefined {
  fill(type, start, length);
  check(cFcntl(fd, F_OFD_GETLK, flock.address), "fcntl");
  const found = flock.words[0]! & 0xffff;
  if (found === F_UNLCK) return undefined;
  return { type: found, start: longs[1]!, length: longs[2]!, pid: flock.words[6]! | 0 };
}

function fill(type: number, start: number | bigint, length: number | bigint): void {
  // l_whence is SEEK_SET, 0; the kernel wants l_pid to be 0.
  flock.words[0] = type;
  flock.setUint64(2, start);
  flock.setUint64(4, length);
  flock.words[6] = 0;
}
