import { check, checkPath } from "./check.js";
import { errno } from "./errno.js";
import { declare, lastErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { AT_EACCESS, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW } from "./open-flags.js";
import { descriptors } from "./open.js";
import type { PathArg } from "./path.js";

/** For {@link utimens}: the time is now. */
export const UTIME_NOW = 0x3fffffff;
/** For {@link utimens}: the time stays. */
export const UTIME_OMIT = 0x3ffffffe;

// Modes of faccessat(2).
export const F_OK = 0;
export const X_OK = 1;
export const W_OK = 2;
export const R_OK = 4;

const SYS_FACCESSAT2 = 439;
const SYS_FCHMODAT2 = 452;

const cFchmodat = declare<[number, PathArg, number, number]>(
  "int fchmodat(int, const char *, unsigned int, int)",
);
const cFchmodat2 = declare<[number, number, PathArg, number, number]>(
  "long syscall(long, int, const char *, unsigned int, int)",
);
const cFchownat = declare<[number, PathArg, number, number, number]>(
  "int fchownat(int, const char *, unsigned int, unsigned int, int)",
);
const cUtimensat = declare<[number, PathArg, number, number]>(
  "int utimensat(int, const char *, uintptr_t, int)",
);
const cFaccessat2 = declare<[number, number, PathArg, number, number]>(
  "long syscall(long, int, const char *, int, int)",
);
const cUmask = declare<[number]>("unsigned int umask(unsigned int)");

let hasFchmodat2: boolean | undefined;

/** Asked once, in a way that changes nothing: kernels and sandboxes that do not know the call never look at the descriptor. */
function knowsFchmodat2(): boolean {
  cFchmodat2(SYS_FCHMODAT2, -1, "x", 0, 0);
  return lastErrno() === errno.EBADF;
}

/**
 * Sets the permissions of a descriptor's file, O_PATH or other but not a
 * symlink (fchmodat2(2), Linux 6.6; before that through /proc).
 * @throws SystemError EOPNOTSUPP for a symlink
 */
export function chmod(fd: number, mode: number): void {
  hasFchmodat2 ??= knowsFchmodat2();
  if (hasFchmodat2) check(cFchmodat2(SYS_FCHMODAT2, fd, "", mode, AT_EMPTY_PATH), "fchmodat2");
  else chmodThroughProc(fd, mode);
}

/** {@link chmod} for kernels without fchmodat2. */
export function chmodThroughProc(fd: number, mode: number): void {
  check(cFchmodat(descriptors(), `${fd}`, mode, 0), "fchmodat");
}

/** Sets the owner of a descriptor's file, O_PATH or other; 0xffffffff leaves one as it is. @throws SystemError */
export function chown(fd: number, uid: number, gid: number): void {
  check(cFchownat(fd, "", uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW), "fchownat");
}

/** Sets the owner of `path` beneath `dirfd` (fchownat(2)); AT_SYMLINK_NOFOLLOW for a symlink's own. @throws SystemError */
export function fchownat(dirfd: number, path: PathArg, uid: number, gid: number, flags: number): void {
  check(cFchownat(dirfd, checkPath(path, "fchownat"), uid, gid, flags), "fchownat", path);
}

/** Two struct timespec. */
const times = new NativeMemory(32);

function fillTimes(
  atimeSec: number | bigint,
  atimeNsec: number | bigint,
  mtimeSec: number | bigint,
  mtimeNsec: number | bigint,
): number {
  times.setUint64(0, atimeSec);
  times.setUint64(2, atimeNsec);
  times.setUint64(4, mtimeSec);
  times.setUint64(6, mtimeNsec);
  return times.address;
}

/**
 * Sets the times of a descriptor's file, O_PATH or other (utimensat(2), Linux
 * 5.8). The nanoseconds may be UTIME_NOW or UTIME_OMIT. @throws SystemError
 */
export function utimens(
  fd: number,
  atimeSec: number | bigint,
  atimeNsec: number | bigint,
  mtimeSec: number | bigint,
  mtimeNsec: number | bigint,
): void {
  const address = fillTimes(atimeSec, atimeNsec, mtimeSec, mtimeNsec);
  check(cUtimensat(fd, "", address, AT_EMPTY_PATH), "utimensat");
}

/** Whether the file of a descriptor lets this thread's effective user do all of `mode` (faccessat2(2)): R_OK…. */
export function canAccess(fd: number, mode: number): boolean {
  if (cFaccessat2(SYS_FACCESSAT2, fd, "", mode, AT_EMPTY_PATH | AT_EACCESS) >= 0) return true;
  if (lastErrno() !== errno.EACCES) check(-1, "faccessat2");
  return false;
}

/** Sets the process's file mode creation mask and returns the one before (umask(2)). */
export function umask(mask: number): number {
  return cUmask(mask);
}
