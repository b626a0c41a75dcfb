import { declare } from "./libc.js";
import { fdPath } from "./open.js";
import { type PathArg, check, checkPath } from "./system-error.js";

const cGetxattr = declare<[string, PathArg, Uint8Array, number]>(
  "long getxattr(const char *, const char *, void *, size_t)",
);
const cSetxattr = declare<[string, PathArg, Uint8Array, number, number]>(
  "int setxattr(const char *, const char *, const void *, size_t, int)",
);
const cListxattr = declare<[string, Uint8Array, number]>("long listxattr(const char *, void *, size_t)");
const cRemovexattr = declare<[string, PathArg]>("int removexattr(const char *, const char *)");

/** As much as an attribute or the list of them can be (XATTR_SIZE_MAX, XATTR_LIST_MAX in linux/limits.h). */
const scratch = new Uint8Array(65536);

// A descriptor is named through /proc, because the f…xattr calls refuse O_PATH ones. The link leads to the file
// itself, also when that is a symlink.

/** The value of an extended attribute of a descriptor's file (getxattr(2)). @throws SystemError */
export function getXattr(fd: number, name: PathArg): Uint8Array {
  const size = check(
    cGetxattr(fdPath(fd), checkPath(name, "getxattr"), scratch, scratch.length),
    "getxattr",
    name,
  );
  return scratch.slice(0, size);
}

/** Sets an extended attribute of a descriptor's file (setxattr(2)); XATTR_CREATE 1, XATTR_REPLACE 2. @throws SystemError */
export function setXattr(fd: number, name: PathArg, value: Uint8Array, flags: number): void {
  const checked = checkPath(name, "setxattr");
  check(
    cSetxattr(fdPath(fd), checked, value.length > 0 ? value : scratch, value.length, flags),
    "setxattr",
    name,
  );
}

/** The names of a descriptor's file's extended attributes, each followed by a NUL (listxattr(2)). @throws SystemError */
export function listXattrs(fd: number): Uint8Array {
  return scratch.slice(0, check(cListxattr(fdPath(fd), scratch, scratch.length), "listxattr"));
}

/** Removes an extended attribute of a descriptor's file (removexattr(2)). @throws SystemError */
export function removeXattr(fd: number, name: PathArg): void {
  check(cRemovexattr(fdPath(fd), checkPath(name, "removexattr")), "removexattr", name);
}
