import { check, checkPath, orThrow } from "./check.js";
import { errno } from "./errno.js";
import { declare, lastErrno, orErrno } from "./libc.js";
import { NativeMemory, addressOfRange } from "./native-memory.js";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "./open-flags.js";
import { descriptors, fdPath } from "./open.js";
import { type PathArg, isPath, pathBytes } from "./path.js";

// Flags of setxattr(2).
export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;

/** As much as a value or the list of names can be (XATTR_SIZE_MAX, XATTR_LIST_MAX in linux/limits.h). */
const MAX_SIZE = 65536;

// A file is named by a directory and a path from it. An O_PATH descriptor, which the f…xattr calls refuse, is its number
// in the directory of descriptors: that link leads to the file itself, also when the file is a symlink. Linux 6.13 takes
// the two as they are (…xattrat); for older kernels they become one path through /proc.

const SYS_SETXATTRAT = 463;
const SYS_GETXATTRAT = 464;
const SYS_LISTXATTRAT = 465;
const SYS_REMOVEXATTRAT = 466;

const cXattrat = declare<[number, number, PathArg, number, PathArg, number, number]>(
  "long syscall(long, int, const char *, unsigned int, const char *, uintptr_t, size_t)",
);
const cListxattrat = declare<[number, number, PathArg, number, number, number]>(
  "long syscall(long, int, const char *, unsigned int, uintptr_t, size_t)",
);
const cRemovexattrat = declare<[number, number, PathArg, number, PathArg]>(
  "long syscall(long, int, const char *, unsigned int, const char *)",
);
type GetArguments = [PathArg, PathArg, number, number];
const cGetxattr = declare<GetArguments>("long getxattr(const char *, const char *, uintptr_t, size_t)");
const cLgetxattr = declare<GetArguments>("long lgetxattr(const char *, const char *, uintptr_t, size_t)");
type SetArguments = [PathArg, PathArg, number, number, number];
const cSetxattr = declare<SetArguments>("int setxattr(const char *, const char *, uintptr_t, size_t, int)");
const cLsetxattr = declare<SetArguments>("int lsetxattr(const char *, const char *, uintptr_t, size_t, int)");
type ListArguments = [PathArg, number, number];
const cListxattr = declare<ListArguments>("long listxattr(const char *, uintptr_t, size_t)");
const cLlistxattr = declare<ListArguments>("long llistxattr(const char *, uintptr_t, size_t)");
type RemoveArguments = [PathArg, PathArg];
const cRemovexattr = declare<RemoveArguments>("int removexattr(const char *, const char *)");
const cLremovexattr = declare<RemoveArguments>("int lremovexattr(const char *, const char *)");
const cFgetxattr = declare<[number, PathArg, number, number]>(
  "long fgetxattr(int, const char *, uintptr_t, size_t)",
);

/** struct xattr_args: value[8] size[4] flags[4]. */
const xattrArgs = new NativeMemory(16);
const scratch = new NativeMemory(MAX_SIZE);

let hasXattrat: boolean | undefined;

/** Whether the kernel has the …xattrat calls; asked once, in a way that changes nothing. */
function knowsXattrat(): boolean {
  cListxattrat(SYS_LISTXATTRAT, -1, "x", 0, 0, 0);
  return lastErrno() === errno.EBADF;
}

/** For tests of the way of older kernels. */
export function pretendXattrat(exists: boolean | undefined): void {
  hasXattrat = exists;
}

function fillArgs(address: number, size: number, flags: number): number {
  xattrArgs.setUint64(0, address);
  xattrArgs.words[2] = size;
  xattrArgs.words[3] = flags;
  return xattrArgs.address;
}

function throughProc(dirfd: number, path: PathArg): PathArg {
  if (dirfd === AT_FDCWD) return path;
  const directory = dirfd === descriptors() ? "/proc/self/fd" : fdPath(dirfd);
  if (typeof path === "string") return path.startsWith("/") ? path : `${directory}/${path}`;
  if (path[0] === 0x2f) return path;
  return pathBytes(Buffer.concat([Buffer.from(`${directory}/`), path.subarray(0, -1)]));
}

function get(
  dirfd: number,
  path: PathArg,
  flags: number,
  name: PathArg,
  address: number,
  size: number,
): number {
  if (!isPath(path) || !isPath(name)) return -errno.EINVAL;
  if ((hasXattrat ??= knowsXattrat())) {
    return orErrno(cXattrat(SYS_GETXATTRAT, dirfd, path, flags, name, fillArgs(address, size, 0), 16));
  }
  const call = flags & AT_SYMLINK_NOFOLLOW ? cLgetxattr : cGetxattr;
  return orErrno(call(throughProc(dirfd, path), name, address, size));
}

function set(
  dirfd: number,
  path: PathArg,
  at: number,
  name: PathArg,
  value: Uint8Array,
  flags: number,
): number {
  const { length } = value;
  const address = addressOfRange(value, 0, length);
  if ((hasXattrat ??= knowsXattrat())) {
    return cXattrat(SYS_SETXATTRAT, dirfd, path, at, name, fillArgs(address, length, flags), 16);
  }
  const call = at & AT_SYMLINK_NOFOLLOW ? cLsetxattr : cSetxattr;
  return call(throughProc(dirfd, path), name, address, length, flags);
}

function list(dirfd: number, path: PathArg, at: number, address: number, size: number): number {
  if (!isPath(path)) return -errno.EINVAL;
  if ((hasXattrat ??= knowsXattrat())) {
    return orErrno(cListxattrat(SYS_LISTXATTRAT, dirfd, path, at, address, size));
  }
  const call = at & AT_SYMLINK_NOFOLLOW ? cLlistxattr : cListxattr;
  return orErrno(call(throughProc(dirfd, path), address, size));
}

function remove(dirfd: number, path: PathArg, at: number, name: PathArg): number {
  if ((hasXattrat ??= knowsXattrat())) {
    return cRemovexattrat(SYS_REMOVEXATTRAT, dirfd, path, at, name);
  }
  const call = at & AT_SYMLINK_NOFOLLOW ? cLremovexattr : cRemovexattr;
  return call(throughProc(dirfd, path), name);
}

/**
 * Reads an extended attribute of a descriptor's file, O_PATH or other, into
 * `into` (getxattr(2)). An empty buffer asks for the size alone.
 * @returns bytes, or the negative errno: ENODATA for none, ERANGE for one that does not fit
 */
export function tryGetXattr(fd: number, name: PathArg, into: Uint8Array): number {
  return get(descriptors(), `${fd}`, 0, name, addressOfRange(into, 0, into.length), into.length);
}

/** {@link tryGetXattr} of a descriptor that is open for reading or writing: seven times faster (fgetxattr(2)). */
export function tryFgetXattr(fd: number, name: PathArg, into: Uint8Array): number {
  if (!isPath(name)) return -errno.EINVAL;
  return orErrno(cFgetxattr(fd, name, addressOfRange(into, 0, into.length), into.length));
}

/** {@link tryGetXattr} of `path` beneath `dirfd`, a symlink's own when it is one (lgetxattr(2), getxattrat(2)). */
export function tryGetXattrAt(dirfd: number, path: PathArg, name: PathArg, into: Uint8Array): number {
  return get(dirfd, path, AT_SYMLINK_NOFOLLOW, name, addressOfRange(into, 0, into.length), into.length);
}

/** The value of an extended attribute of a descriptor's file (getxattr(2)). @throws SystemError */
export function getXattr(fd: number, name: PathArg): Uint8Array {
  const size = orThrow(get(descriptors(), `${fd}`, 0, name, scratch.address, MAX_SIZE), "getxattr", name);
  return scratch.bytes.slice(0, size);
}

/** Sets an extended attribute of a descriptor's file (setxattr(2)). @param flags XATTR_… @throws SystemError */
export function setXattr(fd: number, name: PathArg, value: Uint8Array, flags: number): void {
  check(set(descriptors(), `${fd}`, 0, checkPath(name, "setxattr"), value, flags), "setxattr", name);
}

/** {@link setXattr} of `path` beneath `dirfd`, a symlink's own when it is one (lsetxattr(2)). @throws SystemError */
export function setXattrAt(
  dirfd: number,
  path: PathArg,
  name: PathArg,
  value: Uint8Array,
  flags: number,
): void {
  const [file, key] = [checkPath(path, "lsetxattr"), checkPath(name, "lsetxattr")];
  check(set(dirfd, file, AT_SYMLINK_NOFOLLOW, key, value, flags), "lsetxattr", name);
}

/** The names of a descriptor's file's extended attributes, each followed by a NUL (listxattr(2)). @throws SystemError */
export function listXattrs(fd: number): Uint8Array {
  const size = orThrow(list(descriptors(), `${fd}`, 0, scratch.address, MAX_SIZE), "listxattr");
  return scratch.bytes.slice(0, size);
}

/** {@link listXattrs} of `path` beneath `dirfd`, a symlink's own when it is one (llistxattr(2)). @throws SystemError */
export function listXattrsAt(dirfd: number, path: PathArg): Uint8Array {
  const size = list(dirfd, path, AT_SYMLINK_NOFOLLOW, scratch.address, MAX_SIZE);
  return scratch.bytes.slice(0, orThrow(size, "llistxattr", path));
}

/** Removes an extended attribute of a descriptor's file (removexattr(2)). @throws SystemError ENODATA for none */
export function removeXattr(fd: number, name: PathArg): void {
  check(remove(descriptors(), `${fd}`, 0, checkPath(name, "removexattr")), "removexattr", name);
}

/** {@link removeXattr} of `path` beneath `dirfd`, a symlink's own when it is one (lremovexattr(2)). @throws SystemError */
export function removeXattrAt(dirfd: number, path: PathArg, name: PathArg): void {
  const [file, key] = [checkPath(path, "lremovexattr"), checkPath(name, "lremovexattr")];
  check(remove(dirfd, file, AT_SYMLINK_NOFOLLOW, key), "lremovexattr", name);
}
