import { byArch, declare } from "./libc.js";
import { type PathArg, check, checkPath } from "./system-error.js";

// Flags of open(2), from asm-generic/fcntl.h and arch/arm64/include/uapi/asm/fcntl.h.
export const O_RDONLY = 0o0;
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_ACCMODE = 0o3;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DSYNC = 0o10000;
export const O_DIRECT = byArch(0o40000, 0o200000);
export const O_DIRECTORY = byArch(0o200000, 0o40000);
export const O_NOFOLLOW = byArch(0o400000, 0o100000);
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_SYNC = 0o4010000;
export const O_PATH = 0o10000000;

/** Stands for the working directory in calls that take a directory. */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;

const cOpenat = declare<[number, PathArg, number, number]>(
  "int openat(int, const char *, int, unsigned int)",
);
const cClose = declare<[number]>("int close(int)");
const cFcntl = declare<[number, number, string, number]>("int fcntl(int, int, ...)");

const F_DUPFD_CLOEXEC = 1030;

/**
 * Opens `path` beneath `dirfd` (openat(2)); O_CLOEXEC is always set.
 * @throws SystemError
 */
export function openat(dirfd: number, path: PathArg, flags: number, mode = 0): number {
  return check(cOpenat(dirfd, checkPath(path, "openat"), flags | O_CLOEXEC, mode), "openat", path);
}

/**
 * Opens again, with other flags, the file that a descriptor (O_PATH will do)
 * refers to. No name is looked up, so it is that file and no other. Needs /proc.
 * @throws SystemError
 */
export function reopen(fd: number, flags: number): number {
  return check(cOpenat(descriptors(), String(fd), flags | O_CLOEXEC, 0), "openat");
}

/** The directory of this process's descriptors: from it, half the names are left to look up. */
export function descriptors(): number {
  descriptorDirectory ??= openat(AT_FDCWD, "/proc/self/fd", O_PATH | O_DIRECTORY);
  return descriptorDirectory;
}
let descriptorDirectory: number | undefined;

/** A path that leads to the file of a descriptor of this process (proc(5)). */
export function fdPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** Closes a descriptor (close(2)). An error of a delayed write is not reported: fsync is the call for that. */
export function close(fd: number): void {
  cClose(fd);
}

/** Another descriptor of the same open file (fcntl(2), F_DUPFD_CLOEXEC). @throws SystemError */
export function dup(fd: number): number {
  return check(cFcntl(fd, F_DUPFD_CLOEXEC, "int", 0), "fcntl");
}
