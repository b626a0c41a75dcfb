import { addressOf, declare, lastErrno } from "./libc.js";
import { check } from "./system-error.js";

export const F_RDLCK = 0;
export const F_WRLCK = 1;
export const F_UNLCK = 2;
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const SEEK_SET = 0;
const EAGAIN = 11;
const EACCES = 13;

const cFcntl = declare<[number, number, string, bigint]>("int fcntl(int, int, ...)");

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
const flock = new DataView(new ArrayBuffer(32));
const flockAddress = new Uint8Array(flock.buffer);

/**
 * Sets or releases a lock that belongs to the open file description (F_OFD_SETLK),
 * without waiting. False when another lock is in the way. @throws SystemError
 */
export function setOfdLock(fd: number, type: number, start: bigint, length: bigint): boolean {
  fill(type, start, length);
  if (cFcntl(fd, F_OFD_SETLK, "intptr_t", addressOf(flockAddress)) >= 0) return true;
  const number = lastErrno();
  if (number === EAGAIN || number === EACCES) return false;
  check(-1, "fcntl");
  return false;
}

/** The first lock in the way of this one, undefined when there is none (F_OFD_GETLK). @throws SystemError */
export function getOfdLock(fd: number, type: number, start: bigint, length: bigint): Flock | undefined {
  fill(type, start, length);
  check(cFcntl(fd, F_OFD_GETLK, "intptr_t", addressOf(flockAddress)), "fcntl");
  const found = flock.getInt16(0, true);
  if (found === F_UNLCK) return undefined;
  return {
    type: found,
    start: flock.getBigInt64(8, true),
    length: flock.getBigInt64(16, true),
    pid: flock.getInt32(24, true),
  };
}

function fill(type: number, start: bigint, length: bigint): void {
  flock.setInt16(0, type, true);
  flock.setInt16(2, SEEK_SET, true);
  flock.setBigInt64(8, start, true);
  flock.setBigInt64(16, length, true);
  flock.setInt32(24, 0, true);
}
