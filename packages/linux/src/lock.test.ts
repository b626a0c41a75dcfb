import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { F_RDLCK, F_UNLCK, F_WRLCK, getOfdLock, setOfdLock } from "./lock.js";
import { AT_FDCWD, O_CREAT, O_RDONLY, O_RDWR } from "./open-flags.js";
import { close, openat } from "./open.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const file = join(dir, "file");
const mine = openat(AT_FDCWD, file, O_RDWR | O_CREAT, 0o600);
const theirs = openat(AT_FDCWD, file, O_RDWR);

afterEach(() => {
  for (const fd of [mine, theirs]) setOfdLock(fd, F_UNLCK, 0, 0);
});
afterAll(() => {
  for (const fd of [mine, theirs]) close(fd);
  rmSync(dir, { recursive: true });
});

test("a lock of one open file is in the way of another's, in the same process", () => {
  expect(setOfdLock(mine, F_WRLCK, 10, 5)).toBe(true);
  expect(setOfdLock(theirs, F_RDLCK, 14, 1)).toBe(false);
  expect(setOfdLock(theirs, F_RDLCK, 15, 1)).toBe(true);
  expect(getOfdLock(theirs, F_WRLCK, 0, 0)).toEqual({ type: F_WRLCK, start: 10n, length: 5n, pid: -1 });
  expect(getOfdLock(mine, F_WRLCK, 0, 15)).toBeUndefined();
  expect(setOfdLock(mine, F_UNLCK, 10, 5)).toBe(true);
  expect(setOfdLock(theirs, F_WRLCK, 10, 5)).toBe(true);
});

test("read locks share", () => {
  expect(setOfdLock(mine, F_RDLCK, 0n, 0n)).toBe(true);
  expect(setOfdLock(theirs, F_RDLCK, 0n, 0n)).toBe(true);
  expect(getOfdLock(mine, F_WRLCK, 5, 5)).toEqual({ type: F_RDLCK, start: 0n, length: 0n, pid: -1 });
});

test("ranges beyond 53 bits arrive whole", () => {
  const start = 2n ** 62n + 1n;
  expect(setOfdLock(mine, F_WRLCK, start, 3n)).toBe(true);
  expect(getOfdLock(theirs, F_RDLCK, 0, 0)).toMatchObject({ start, length: 3n });
});

test("says what is wrong", () => {
  const readOnly = openat(AT_FDCWD, file, O_RDONLY);
  expect(() => setOfdLock(readOnly, F_WRLCK, 0, 1)).toThrow("fcntl: EBADF");
  expect(() => setOfdLock(mine, F_WRLCK, -1, 1)).toThrow("fcntl: EINVAL");
  expect(() => getOfdLock(mine, 99, 0, 1)).toThrow("fcntl: EINVAL");
  close(readOnly);
});
