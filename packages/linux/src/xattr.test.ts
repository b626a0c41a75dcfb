import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { effectiveUser } from "./credentials.js";
import { errno } from "./errno.js";
import { AT_FDCWD, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY } from "./open-flags.js";
import { close, openat } from "./open.js";
import { pathBytes } from "./path.js";
import {
  XATTR_CREATE,
  XATTR_REPLACE,
  getXattr,
  listXattrs,
  listXattrsAt,
  pretendXattrat,
  removeXattr,
  removeXattrAt,
  setXattr,
  setXattrAt,
  tryFgetXattr,
  tryGetXattr,
  tryGetXattrAt,
} from "./xattr.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
writeFileSync(join(dir, "file"), "");
symlinkSync("file", join(dir, "link"));
mkdirSync(join(dir, "directory"));
const root = openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY);
const path = openat(root, "file", O_PATH);
const open = openat(root, "file", O_RDONLY);
const link = openat(root, "link", O_PATH | O_NOFOLLOW);
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (array: Uint8Array) => new TextDecoder().decode(array);
const names = (list: Uint8Array) =>
  text(list)
    .split("\0")
    .filter((name) => /^(user|trusted)\./.test(name));

afterEach(() => {
  pretendXattrat(undefined);
  for (const name of names(listXattrs(path))) removeXattr(path, name);
});
afterAll(() => {
  for (const fd of [root, path, open, link]) close(fd);
  rmSync(dir, { recursive: true });
});

// With the calls of Linux 6.13 where this kernel has them, and as on older ones.
describe.each([
  ["as this kernel can", undefined],
  ["through /proc", false],
])("%s", (_, exists) => {
  test.each([
    ["an O_PATH descriptor", path],
    ["an open descriptor", open],
  ])("of %s", (_, fd) => {
    pretendXattrat(exists);
    setXattr(fd, "user.one", bytes("value"), 0);
    setXattr(fd, "user.empty", new Uint8Array(0), XATTR_CREATE);
    expect(text(getXattr(fd, "user.one"))).toBe("value");
    expect(getXattr(fd, "user.empty").length).toBe(0);
    expect(names(listXattrs(fd)).sort()).toEqual(["user.empty", "user.one"]);
    expect(() => {
      setXattr(fd, "user.one", bytes("x"), XATTR_CREATE);
    }).toThrow("setxattr: EEXIST: file exists, 'user.one'");
    setXattr(fd, "user.one", bytes("other"), XATTR_REPLACE);
    expect(text(getXattr(fd, "user.one"))).toBe("other");
    removeXattr(fd, "user.one");
    expect(() => getXattr(fd, "user.one")).toThrow("getxattr: ENODATA");
    expect(() => {
      removeXattr(fd, "user.one");
    }).toThrow("removexattr: ENODATA");
  });

  test("into the caller's buffer, or the size alone", () => {
    pretendXattrat(exists);
    setXattr(path, "user.one", bytes("value"), 0);
    const into = new Uint8Array(10);
    expect(tryGetXattr(path, "user.one", into)).toBe(5);
    expect(text(into.subarray(0, 5))).toBe("value");
    expect(tryGetXattr(path, "user.one", new Uint8Array(0))).toBe(5);
    expect(tryGetXattr(path, "user.one", new Uint8Array(4))).toBe(-errno.ERANGE);
    expect(tryGetXattr(path, "user.none", into)).toBe(-errno.ENODATA);
    expect(tryGetXattr(path, "user.a\0b", into)).toBe(-errno.EINVAL);
    expect(tryFgetXattr(open, "user.one", into)).toBe(5);
    expect(tryFgetXattr(path, "user.one", into)).toBe(-errno.EBADF);
  });

  test.each([
    ["text", "file"],
    ["raw bytes", pathBytes(bytes("file"))],
  ])("of a name beneath a directory, as %s", (_, name) => {
    pretendXattrat(exists);
    setXattrAt(root, name, "user.at", bytes("here"), 0);
    const into = new Uint8Array(10);
    expect(tryGetXattrAt(root, name, "user.at", into)).toBe(4);
    expect(names(listXattrsAt(root, name))).toEqual(["user.at"]);
    removeXattrAt(root, name, "user.at");
    expect(tryGetXattrAt(root, name, "user.at", into)).toBe(-errno.ENODATA);
    expect(tryGetXattrAt(root, "missing", "user.at", into)).toBe(-errno.ENOENT);
    expect(tryGetXattrAt(AT_FDCWD, join(dir, "file"), "user.at", into)).toBe(-errno.ENODATA);
    expect(tryGetXattrAt(root, join(dir, "file"), "user.at", into)).toBe(-errno.ENODATA);
  });

  test("of a symlink and not of what it names", () => {
    pretendXattrat(exists);
    setXattr(path, "user.one", bytes("of the file"), 0);
    const into = new Uint8Array(20);
    expect(tryGetXattr(link, "user.one", into)).toBeLessThan(0);
    expect(tryGetXattrAt(root, "link", "user.one", into)).toBeLessThan(0);
    // user.* is for files and directories alone.
    expect(() => {
      setXattrAt(root, "link", "user.one", bytes("x"), 0);
    }).toThrow("lsetxattr: EPERM");
    const trusted = () => {
      setXattr(link, "trusted.one", bytes("x"), 0);
    };
    if (effectiveUser() === 0) {
      trusted();
      expect(names(listXattrs(link))).toEqual(["trusted.one"]);
      expect(names(listXattrsAt(root, "link"))).toEqual(["trusted.one"]);
      expect(names(listXattrs(path))).toEqual(["user.one"]);
      removeXattrAt(root, "link", "trusted.one");
      expect(names(listXattrs(link))).toEqual([]);
    } else {
      expect(trusted).toThrow("setxattr: EPERM");
    }
  });
});
