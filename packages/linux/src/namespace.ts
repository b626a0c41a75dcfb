import { check, checkPath, orThrow } from "./check.js";
import { errno } from "./errno.js";
import { byArch, declare, lastErrno, orErrno } from "./libc.js";
import { NativeMemory, addressOfRange } from "./native-memory.js";
import { AT_EMPTY_PATH, AT_REMOVEDIR, AT_SYMLINK_FOLLOW } from "./open-flags.js";
import { descriptors } from "./open.js";
import { type PathArg, isPath } from "./path.js";
import { SystemError } from "./system-error.js";

// Flags of renameat2(2) (linux/fs.h).
export const RENAME_NOREPLACE = 0x1;
export const RENAME_EXCHANGE = 0x2;
export const RENAME_WHITEOUT = 0x4;

// Older C libraries have no name for it.
const SYS_RENAMEAT2 = byArch(316, 276);

const cMkdirat = declare<[number, PathArg, number]>("int mkdirat(int, const char *, unsigned int)");
const cMknodat = declare<[number, PathArg, number, number | bigint]>(
  "int mknodat(int, const char *, unsigned int, uint64_t)",
);
const cSymlinkat = declare<[PathArg, number, PathArg]>("int symlinkat(const char *, int, const char *)");
const cLinkat = declare<[number, PathArg, number, PathArg, number]>(
  "int linkat(int, const char *, int, const char *, int)",
);
const cUnlinkat = declare<[number, PathArg, number]>("int unlinkat(int, const char *, int)");
const cRenameat2 = declare<[number, number, PathArg, number, PathArg, number]>(
  "long syscall(long, int, const char *, int, const char *, unsigned int)",
);
const cReadlinkat = declare<[number, PathArg, number, number]>(
  "long readlinkat(int, const char *, uintptr_t, size_t)",
);

/** Makes a directory (mkdirat(2)). @throws SystemError */
export function mkdirat(dirfd: number, path: PathArg, mode: number): void {
  check(cMkdirat(dirfd, checkPath(path, "mkdirat"), mode), "mkdirat", path);
}

/** Makes a FIFO, socket, device or regular file (mknodat(2)). `dev` is of makedev. @throws SystemError */
export function mknodat(dirfd: number, path: PathArg, mode: number, dev: number | bigint): void {
  check(cMknodat(dirfd, checkPath(path, "mknodat"), mode, dev), "mknodat", path);
}

/** Makes a symlink (symlinkat(2)). @throws SystemError */
export function symlinkat(to: PathArg, dirfd: number, path: PathArg): void {
  check(cSymlinkat(checkPath(to, "symlinkat"), dirfd, checkPath(path, "symlinkat")), "symlinkat", path);
}

/** Gives `from` another name (linkat(2)). @param flags AT_SYMLINK_FOLLOW or 0 @throws SystemError */
export function linkat(fromFd: number, from: PathArg, toFd: number, to: PathArg, flags: number): void {
  const [oldName, newName] = [checkPath(from, "linkat"), checkPath(to, "linkat")];
  check(cLinkat(fromFd, oldName, toFd, newName, flags), "linkat", to);
}

/**
 * Gives the file of a descriptor, O_PATH or other, a name (linkat(2)). Without
 * the right to do it directly (CAP_DAC_READ_SEARCH) it goes through /proc.
 * @throws SystemError
 */
export function linkFd(fd: number, dirfd: number, path: PathArg): void {
  const name = checkPath(path, "linkat");
  if (cLinkat(fd, "", dirfd, name, AT_EMPTY_PATH) >= 0) return;
  if (lastErrno() !== errno.ENOENT) check(-1, "linkat", path);
  check(cLinkat(descriptors(), `${fd}`, dirfd, name, AT_SYMLINK_FOLLOW), "linkat", path);
}

/** Removes a directory or anything else (unlinkat(2)). @throws SystemError */
export function unlinkat(dirfd: number, path: PathArg, directory: boolean): void {
  check(cUnlinkat(dirfd, checkPath(path, "unlinkat"), directory ? AT_REMOVEDIR : 0), "unlinkat", path);
}

/** Moves a file, over what has the new name (renameat2(2); `flags` RENAME_…). @throws SystemError */
export function renameat(fromFd: number, from: PathArg, toFd: number, to: PathArg, flags = 0): void {
  const [oldName, newName] = [checkPath(from, "renameat2"), checkPath(to, "renameat2")];
  check(cRenameat2(SYS_RENAMEAT2, fromFd, oldName, toFd, newName, flags), "renameat2", from);
}

/**
 * Reads the target of the symlink at `path`, or "" for that of an O_PATH
 * descriptor, into `into[start, start + length)`, without a NUL (readlinkat(2)).
 * @returns bytes, cut short at `length` without a word, or the negative errno
 */
export function tryReadlinkat(
  dirfd: number,
  path: PathArg,
  into: Uint8Array,
  start = 0,
  length: number = into.length - start,
): number {
  if (!isPath(path)) return -errno.EINVAL;
  return orErrno(cReadlinkat(dirfd, path, addressOfRange(into, start, length), length));
}

/** Longest symlink target, with room to notice a longer one. */
const TARGET_SIZE = 4100;
const target = new NativeMemory(TARGET_SIZE);

/** The target of the symlink that an O_PATH descriptor refers to, as bytes of its own. @throws SystemError */
export function readlinkFd(fd: number): Uint8Array {
  const length = orThrow(orErrno(cReadlinkat(fd, "", target.address, TARGET_SIZE)), "readlinkat");
  if (length === TARGET_SIZE) throw new SystemError(errno.ENAMETOOLONG, "readlinkat");
  return target.bytes.slice(0, length);
}
