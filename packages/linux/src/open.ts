import { errno } from "./errno.js";
import { declare, orErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH } from "./open-flags.js";
import { type PathArg, isPath } from "./path.js";
import { check, orThrow } from "./check.js";

const cOpenat = declare<[number, PathArg, number, number]>(
  "int openat(int, const char *, int, unsigned int)",
);
const cOpenat2 = declare<[number, number, PathArg, number, number]>(
  "long syscall(long, int, const char *, uintptr_t, size_t)",
);
const cClose = declare<[number]>("int close(int)");
const cFcntl = declare<[number, number, number]>("int fcntl(int, int, long)");

const SYS_OPENAT2 = 437;
const F_DUPFD_CLOEXEC = 1030;

/**
 * Opens `path` beneath `dirfd` (openat(2)); O_CLOEXEC is always set.
 * @returns the descriptor, or the negative errno
 */
export function tryOpenat(dirfd: number, path: PathArg, flags: number, mode = 0): number {
  if (!isPath(path)) return -errno.EINVAL;
  return orErrno(cOpenat(dirfd, path, flags | O_CLOEXEC, mode));
}

/** {@link tryOpenat} that throws. @throws SystemError */
export function openat(dirfd: number, path: PathArg, flags: number, mode = 0): number {
  return orThrow(tryOpenat(dirfd, path, flags, mode), "openat", path);
}

// How openat2 may resolve a path (linux/openat2.h).
/** Refuse to cross into another mount (EXDEV). */
export const RESOLVE_NO_XDEV = 0x01;
/** Refuse the links of /proc that lead anywhere (ELOOP). */
export const RESOLVE_NO_MAGICLINKS = 0x02;
/** Refuse every symlink (ELOOP). */
export const RESOLVE_NO_SYMLINKS = 0x04;
/** Refuse whatever leads out of dirfd, absolute paths too (EXDEV). */
export const RESOLVE_BENEATH = 0x08;
/** Take dirfd for the root while resolving. */
export const RESOLVE_IN_ROOT = 0x10;
/** Answer EAGAIN unless all that is needed is in the cache. */
export const RESOLVE_CACHED = 0x20;

/** struct open_how: flags[8] mode[8] resolve[8]. */
const how = new NativeMemory(24);

/**
 * Opens `path` beneath `dirfd` with rules for resolving it (openat2(2), Linux
 * 5.6); O_CLOEXEC is always set. Unlike openat, it answers EINVAL to flags that
 * make no sense together and to a mode without O_CREAT or O_TMPFILE.
 * @param resolve RESOLVE_… or'ed together
 * @returns the descriptor, or the negative errno; EAGAIN when a rename raced with a ".."
 */
export function tryOpenat2(
  dirfd: number,
  path: PathArg,
  flags: number,
  mode: number,
  resolve: number,
): number {
  if (!isPath(path)) return -errno.EINVAL;
  const { words } = how;
  words[0] = flags | O_CLOEXEC;
  words[2] = mode;
  words[4] = resolve;
  return orErrno(cOpenat2(SYS_OPENAT2, dirfd, path, how.address, how.size));
}

/** {@link tryOpenat2} that throws. @throws SystemError */
export function openat2(dirfd: number, path: PathArg, flags: number, mode: number, resolve: number): number {
  return orThrow(tryOpenat2(dirfd, path, flags, mode, resolve), "openat2", path);
}

/**
 * Opens again, with other flags, the file that a descriptor (O_PATH will do)
 * refers to. No name is looked up, so it is that file and no other. Needs /proc.
 * @returns the descriptor, or the negative errno: ELOOP for a symlink, ENXIO for a socket
 */
export function tryReopen(fd: number, flags: number): number {
  return orErrno(cOpenat(descriptors(), `${fd}`, flags | O_CLOEXEC, 0));
}

/** {@link tryReopen} that throws. @throws SystemError */
export function reopen(fd: number, flags: number): number {
  return orThrow(tryReopen(fd, flags), "openat", fdPath(fd));
}

/** The directory of this process's descriptors: from it, half the names are left to look up. */
export function descriptors(): number {
  descriptorDirectory ??= openat(AT_FDCWD, "/proc/self/fd", O_PATH | O_DIRECTORY);
  return descriptorDirectory;
}
let descriptorDirectory: number | undefined;

/** A path that leads to the file of a descriptor of this process (proc_pid_fd(5)). */
export function fdPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** Closes a descriptor (close(2)). An error of a delayed write is not reported: fsync is the call for that. */
export function close(fd: number): void {
  cClose(fd);
}

/** Another descriptor of the same open file, with close-on-exec (fcntl(2), F_DUPFD_CLOEXEC). @throws SystemError */
export function dup(fd: number): number {
  return check(cFcntl(fd, F_DUPFD_CLOEXEC, 0), "fcntl");
}
