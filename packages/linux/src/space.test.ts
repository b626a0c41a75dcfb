import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { AT_FDCWD, O_CREAT, O_RDONLY, O_RDWR } from "./open-flags.js";
import { close, openat } from "./open.js";
import { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, fallocate, ftruncate } from "./space.js";
import { fstatfs, statfs } from "./statfs.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const file = join(dir, "file");
const fd = openat(AT_FDCWD, file, O_RDWR | O_CREAT, 0o600);

afterAll(() => {
  close(fd);
  rmSync(dir, { recursive: true });
});

test("sets the size, beyond 32 bits too", () => {
  ftruncate(fd, 5 * 2 ** 32);
  expect(statSync(file).size).toBe(5 * 2 ** 32);
  ftruncate(fd, 3n);
  expect(statSync(file).size).toBe(3);
  expect(() => {
    ftruncate(fd, -1);
  }).toThrow("ftruncate: EINVAL");
  const readOnly = openat(AT_FDCWD, file, O_RDONLY);
  expect(() => {
    ftruncate(readOnly, 0);
  }).toThrow("ftruncate: EINVAL");
  close(readOnly);
});

test("reserves and frees space", () => {
  ftruncate(fd, 0);
  fallocate(fd, 0, 0, 8192);
  expect(statSync(file)).toMatchObject({ size: 8192, blocks: 16 });
  fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0n, 4096n);
  expect(statSync(file)).toMatchObject({ size: 8192, blocks: 8 });
  expect(() => {
    fallocate(fd, 0, 0, 0);
  }).toThrow("fallocate: EINVAL");
});

test("knows the file system", () => {
  const PROC_SUPER_MAGIC = 0x9fa0;
  expect(statfs("/proc").type).toBe(PROC_SUPER_MAGIC);
  const here = fstatfs(fd);
  expect(here).toMatchObject({ type: statfs(dir).type, bsize: statfs(dir).bsize, namelen: 255 });
  expect(here.blocks).toBeGreaterThanOrEqual(here.bfree);
  expect(() => statfs("/no/such")).toThrow("statfs: ENOENT: no such file or directory, '/no/such'");
  expect(() => fstatfs(-1)).toThrow("fstatfs: EBADF");
});
