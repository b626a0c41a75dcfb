import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  DT_DIR,
  DT_LNK,
  DT_REG,
  DirentCursor,
  SEEK_END,
  SEEK_SET,
  getdents64,
  getdents64Async,
  lseek,
} from "./directory.js";
import { AT_FDCWD, O_DIRECTORY, O_RDONLY, O_RDWR } from "./open-flags.js";
import { close, openat } from "./open.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const buffer = Buffer.alloc(4096, 0xff);
const cursor = new DirentCursor(buffer);
const longest = "x".repeat(255);
/** One name of each length around the padding of records. */
const names = Array.from({ length: 20 }, (_, i) => "n".repeat(i + 1));
let fd: number;

beforeAll(() => {
  for (const name of names) writeFileSync(join(dir, name), "");
  writeFileSync(join(dir, longest), "");
  mkdirSync(join(dir, "sub"));
  symlinkSync("x", join(dir, "sym"));
  fd = openat(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY);
});
afterAll(() => {
  close(fd);
  rmSync(dir, { recursive: true });
});

interface Entry {
  name: string;
  ino: bigint;
  offset: bigint;
  type: number;
}

function entries(size: number): Entry[] {
  const list: Entry[] = [];
  cursor.reset(size);
  while (cursor.advance()) {
    expect(buffer.readBigUInt64LE(cursor.recordStart)).toBe(cursor.ino);
    list.push({
      name: buffer.toString("utf8", cursor.nameStart, cursor.nameEnd),
      ino: cursor.ino,
      offset: cursor.offset,
      type: cursor.type,
    });
  }
  return list;
}

function readAll(chunk: number): Entry[] {
  lseek(fd, 0, SEEK_SET);
  const all: Entry[] = [];
  for (;;) {
    buffer.fill(0xff);
    const size = getdents64(fd, buffer, chunk);
    if (size === 0) return all;
    all.push(...entries(size));
  }
}

test.each([280, 512, 4096])("reads every entry once, %i bytes at a time", (chunk) => {
  const all = readAll(chunk);
  expect(all.map((entry) => entry.name).sort()).toEqual([".", "..", "sub", "sym", longest, ...names].sort());
  const byName = new Map(all.map((entry) => [entry.name, entry]));
  expect(byName.get("sub")!.type).toBe(DT_DIR);
  expect(byName.get("sym")!.type).toBe(DT_LNK);
  expect(byName.get("n")!.type).toBe(DT_REG);
  expect(byName.get("n")!.ino).toBe(statSync(join(dir, "n"), { bigint: true }).ino);
});

test("an entry's offset leads to the one after it", () => {
  const all = readAll(4096);
  for (const at of [0, 5, all.length - 2]) {
    lseek(fd, all[at]!.offset, SEEK_SET);
    expect(entries(getdents64(fd, buffer))[0]!.name).toBe(all[at + 1]!.name);
  }
});

test("reads on the pool", async () => {
  lseek(fd, 0, SEEK_SET);
  const list = entries(await getdents64Async(fd, buffer));
  expect(list.map((entry) => entry.name)).toContain("sub");
  expect(await getdents64Async(fd, buffer, 4096).then((size) => entries(size).length)).toBeLessThan(25);
  const notDirectory = openat(AT_FDCWD, join(dir, "n"), O_RDONLY);
  await expect(getdents64Async(notDirectory, buffer)).rejects.toThrow("getdents64: ENOTDIR");
  close(notDirectory);
});

test("says what is wrong", () => {
  lseek(fd, 0, SEEK_SET);
  expect(() => getdents64(fd, buffer, 8)).toThrow("getdents64: EINVAL");
  expect(() => getdents64(-1, buffer)).toThrow("getdents64: EBADF");
  expect(() => getdents64(fd, buffer, 5000)).toThrow(RangeError);
});

test("lseek answers the new position, with a bigint where a number is too small", () => {
  const file = openat(AT_FDCWD, join(dir, "n"), O_RDWR);
  expect(lseek(file, 10, SEEK_SET)).toBe(10);
  expect(lseek(file, 0n, SEEK_END)).toBe(0);
  expect(() => lseek(file, -1, SEEK_SET)).toThrow("lseek: EINVAL");
  expect(() => lseek(-1, 0, SEEK_SET)).toThrow("lseek: EBADF");
  close(file);
});
