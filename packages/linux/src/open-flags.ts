import { byArch } from "./libc.js";

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
/** The kernel sets it by itself on 64-bit systems; F_GETFL shows it. */
export const O_LARGEFILE = byArch(0o100000, 0o400000);
export const O_DIRECTORY = byArch(0o200000, 0o40000);
export const O_NOFOLLOW = byArch(0o400000, 0o100000);
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_SYNC = 0o4010000;
export const O_PATH = 0o10000000;
export const O_TMPFILE = 0o20000000 | O_DIRECTORY;

/** Stands for the working directory in calls that take a directory (openat(2)). */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
/** Of faccessat(2): check with the effective user and group. */
export const AT_EACCESS = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_NO_AUTOMOUNT = 0x800;
export const AT_EMPTY_PATH = 0x1000;
