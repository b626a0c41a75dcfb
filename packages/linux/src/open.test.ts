import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errno } from "./errno.js";
import { AT_FDCWD, O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY, O_WRONLY } from "./open-flags.js";
import {
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  close,
  dup,
  fdPath,
  openat,
  openat2,
  reopen,
  tryOpenat,
  tryOpenat2,
  tryReopen,
} from "./open.js";
import { statusFlags } from "./socket.js";
import { SystemError } from "./system-error.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
let root: number;

beforeAll(() => {
  writeFileSync(join(dir, "file"), "content");
  mkdirSync(join(dir, "inner"));
  symlinkSync("file", join(dir, "link"));
  symlinkSync("..", join(dir, "inner/up"));
  symlinkSync("/", join(dir, "out"));
  root = openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY);
});
afterAll(() => {
  close(root);
  rmSync(dir, { recursive: true });
});

test("openat opens beneath a directory and sets close-on-exec", () => {
  const fd = openat(root, "file", O_RDONLY);
  expect(readFileSync(fd, "utf8")).toBe("content");
  // fdinfo shows O_CLOEXEC, which F_GETFL does not.
  expect(flagsOf(fd) & 0o2000000).not.toBe(0);
  close(fd);
  expect(() => statusFlags(fd)).toThrow("EBADF");
});

test("a missing file is a SystemError, or a negative number", () => {
  expect(() => openat(root, "missing", O_RDONLY)).toThrow(
    "openat: ENOENT: no such file or directory, 'missing'",
  );
  expect(tryOpenat(root, "missing", O_RDONLY)).toBe(-errno.ENOENT);
});

test("the mode of a new file is applied", () => {
  const fd = openat(root, "new", O_WRONLY | O_CREAT, 0o600);
  close(fd);
  expect(tryOpenat(root, "new", O_RDONLY | O_DIRECTORY)).toBe(-errno.ENOTDIR);
});

test("names are text or raw bytes", () => {
  const latin1 = new Uint8Array([0x66, 0xfc, 0x72, 0]); // "für" in Latin-1: not UTF-8
  close(openat(root, latin1, O_WRONLY | O_CREAT, 0o600));
  close(openat(root, "für", O_WRONLY | O_CREAT, 0o600));
  const fd = openat(root, latin1, O_RDONLY);
  const utf8 = openat(root, new TextEncoder().encode("für\0"), O_RDONLY);
  close(utf8);
  close(fd);
});

test.each([
  ["a NUL inside", "file\0.txt"],
  ["a NUL at the end", "file\0"],
  ["a lone surrogate", "file\ud800"],
  ["bytes without a NUL", new Uint8Array([0x66])],
  ["bytes with a NUL inside", new Uint8Array([0x66, 0, 0x67, 0])],
  ["no bytes", new Uint8Array(0)],
])("%s is refused with EINVAL", (_, path) => {
  expect(tryOpenat(root, path, O_RDONLY | O_CREAT, 0o600)).toBe(-errno.EINVAL);
  expect(tryOpenat2(root, path, O_RDONLY, 0, 0)).toBe(-errno.EINVAL);
});

test("openat2 keeps a path beneath the directory", () => {
  const inside = openat2(root, "inner/up/file", O_RDONLY, 0, RESOLVE_BENEATH);
  close(inside);
  expect(tryOpenat2(root, "../x", O_RDONLY, 0, RESOLVE_BENEATH)).toBe(-errno.EXDEV);
  expect(tryOpenat2(root, "/etc", O_RDONLY, 0, RESOLVE_BENEATH)).toBe(-errno.EXDEV);
  expect(tryOpenat2(root, "out/etc", O_RDONLY, 0, RESOLVE_BENEATH)).toBe(-errno.EXDEV);
  expect(tryOpenat2(root, "link", O_RDONLY, 0, RESOLVE_NO_SYMLINKS)).toBe(-errno.ELOOP);
  expect(tryOpenat2(AT_FDCWD, fdPath(root), O_PATH, 0, RESOLVE_NO_MAGICLINKS)).toBe(-errno.ELOOP);
  expect(() => openat2(root, "missing", O_RDONLY, 0, RESOLVE_BENEATH)).toThrow("openat2: ENOENT");
});

test("openat2 passes the mode and refuses one without O_CREAT", () => {
  close(openat2(root, "made", O_WRONLY | O_CREAT, 0o600, RESOLVE_BENEATH));
  expect(tryOpenat2(root, "made", O_RDONLY, 0o600, 0)).toBe(-errno.EINVAL);
});

test("reopen leads to the same file after it was unlinked", () => {
  writeFileSync(join(dir, "gone"), "still here");
  const path = openat(root, "gone", O_PATH | O_NOFOLLOW);
  rmSync(join(dir, "gone"));
  const fd = reopen(path, O_RDONLY);
  expect(readFileSync(fd, "utf8")).toBe("still here");
  close(fd);
  close(path);
});

test("reopen does not follow a symlink", () => {
  const link = openat(root, "link", O_PATH | O_NOFOLLOW);
  expect(tryReopen(link, O_RDONLY)).toBe(-errno.ELOOP);
  expect(() => reopen(link, O_RDONLY)).toThrow(SystemError);
  close(link);
});

test("dup makes another descriptor, with close-on-exec", () => {
  const fd = dup(root);
  expect(fd).not.toBe(root);
  expect(flagsOf(fd) & 0o2000000).not.toBe(0);
  close(fd);
  expect(() => dup(-1)).toThrow("fcntl: EBADF");
});

function flagsOf(fd: number): number {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
  return parseInt(/^flags:\s*([0-7]+)$/m.exec(text)![1]!, 8);
}
