import { declare } from "./libc.js";
import { AT_EMPTY_PATH, descriptors } from "./open.js";
import { check } from "./system-error.js";

/** For {@link utimens}: the time is now. */
export const UTIME_NOW = 0x3fffffff;
/** For {@link utimens}: the time stays. */
export const UTIME_OMIT = 0x3ffffffe;

const cFchmodat = declare<[number, string, number, number]>(
  "int fchmodat(int, const char *, unsigned int, int)",
);
const cFchownat = declare<[number, string, number, number, number]>(
  "int fchownat(int, const char *, unsigned int, unsigned int, int)",
);
const cFtruncate = declare<[number, bigint]>("int ftruncate(int, int64_t)");
const cUtimensat = declare<[number, string, Uint8Array, number]>(
  "int utimensat(int, const char *, const void *, int)",
);
const cFallocate = declare<[number, number, bigint, bigint]>("int fallocate(int, int, int64_t, int64_t)");

/** Sets the permissions of a descriptor's file, O_PATH or other but not a symlink. @throws SystemError */
export function chmod(fd: number, mode: number): void {
  check(cFchmodat(descriptors(), String(fd), mode, 0), "fchmodat");
}

/** Sets the owner of a descriptor's file, O_PATH or other; 0xffffffff leaves one as it is. @throws SystemError */
export function chown(fd: number, uid: number, gid: number): void {
  check(cFchownat(fd, "", uid, gid, AT_EMPTY_PATH), "fchownat");
}

/** Sets the size of a file open for writing. @throws SystemError */
export function ftruncate(fd: number, size: bigint): void {
  check(cFtruncate(fd, size), "ftruncate");
}

/** Reserves or frees space of an open file (fallocate(2)). @throws SystemError */
export function fallocate(fd: number, mode: number, offset: bigint, length: bigint): void {
  check(cFallocate(fd, mode, offset, length), "fallocate");
}

/** Two struct timespec. */
const times = new BigInt64Array(4);
const timesBytes = new Uint8Array(times.buffer);

/**
 * Sets the times of a descriptor's file, O_PATH or other (utimensat(2)). The
 * nanoseconds may be UTIME_NOW or UTIME_OMIT. @throws SystemError
 */
export function utimens(
  fd: number,
  atimeSec: bigint,
  atimeNsec: bigint,
  mtimeSec: bigint,
  mtimeNsec: bigint,
): void {
  times[0] = atimeSec;
  times[1] = atimeNsec;
  times[2] = mtimeSec;
  times[3] = mtimeNsec;
  check(cUtimensat(fd, "", timesBytes, AT_EMPTY_PATH), "utimensat");
}
