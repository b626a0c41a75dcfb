import { declare } from "./libc.js";
import { AT_REMOVEDIR, AT_SYMLINK_FOLLOW, descriptors } from "./open.js";
import { type PathArg, SystemError, check, checkPath } from "./system-error.js";

const cMkdirat = declare<[number, PathArg, number]>("int mkdirat(int, const char *, unsigned int)");
const cMknodat = declare<[number, PathArg, number, bigint]>(
  "int mknodat(int, const char *, unsigned int, uint64_t)",
);
const cSymlinkat = declare<[PathArg, number, PathArg]>("int symlinkat(const char *, int, const char *)");
const cLinkat = declare<[number, PathArg, number, PathArg, number]>(
  "int linkat(int, const char *, int, const char *, int)",
);
const cUnlinkat = declare<[number, PathArg, number]>("int unlinkat(int, const char *, int)");
const cRenameat2 = declare<[number, PathArg, number, PathArg, number]>(
  "int renameat2(int, const char *, int, const char *, unsigned int)",
);
const cReadlinkat = declare<[number, string, Uint8Array, number]>(
  "long readlinkat(int, const char *, void *, size_t)",
);

/** Longest symlink target, with room to notice a longer one. */
const target = new Uint8Array(4097);

/** Makes a directory (mkdirat(2)). @throws SystemError */
export function mkdirat(dirfd: number, path: PathArg, mode: number): void {
  check(cMkdirat(dirfd, checkPath(path, "mkdirat"), mode), "mkdirat", path);
}

/** Makes a FIFO, socket, device or regular file (mknodat(2)). `dev` is of makedev. @throws SystemError */
export function mknodat(dirfd: number, path: PathArg, mode: number, dev: bigint): void {
  check(cMknodat(dirfd, checkPath(path, "mknodat"), mode, dev), "mknodat", path);
}

/** Makes a symlink (symlinkat(2)). @throws SystemError */
export function symlinkat(to: PathArg, dirfd: number, path: PathArg): void {
  check(cSymlinkat(checkPath(to, "symlinkat"), dirfd, checkPath(path, "symlinkat")), "symlinkat", path);
}

/** Gives the file of a descriptor, O_PATH or other, a name (linkat(2)). @throws SystemError */
export function linkFd(fd: number, dirfd: number, path: PathArg): void {
  const name = checkPath(path, "linkat");
  check(cLinkat(descriptors(), String(fd), dirfd, name, AT_SYMLINK_FOLLOW), "linkat", path);
}

/** Removes a directory or anything else (unlinkat(2)). @throws SystemError */
export function unlinkat(dirfd: number, path: PathArg, directory: boolean): void {
  check(cUnlinkat(dirfd, checkPath(path, "unlinkat"), directory ? AT_REMOVEDIR : 0), "unlinkat", path);
}

/** Moves a file, over what has the new name (renameat2(2); `flags` RENAME_…). @throws SystemError */
export function renameat(fromFd: number, from: PathArg, toFd: number, to: PathArg, flags = 0): void {
  const [oldName, newName] = [checkPath(from, "renameat2"), checkPath(to, "renameat2")];
  check(cRenameat2(fromFd, oldName, toFd, newName, flags), "renameat2", from);
}

/** The target of the symlink that an O_PATH descriptor refers to, as bytes of its own. @throws SystemError */
export function readlinkFd(fd: number): Uint8Array {
  const length = check(cReadlinkat(fd, "", target, target.length), "readlinkat");
  if (length === target.length) throw new SystemError(36, "readlinkat");
  return target.slice(0, length);
}
