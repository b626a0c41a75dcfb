import { linkSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { utimens } from "./attributes.js";
import { errno } from "./errno.js";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_NOFOLLOW, O_PATH } from "./open-flags.js";
import { close, openat } from "./open.js";
import {
  STATX_BASIC_STATS,
  STATX_BTIME,
  STATX_MNT_ID,
  Statx,
  deviceNumber,
  fstatx,
  makedev,
  statx,
  tryFstatx,
  tryStatx,
} from "./statx.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const stat = new Statx();
let root: number;

beforeAll(() => {
  writeFileSync(join(dir, "file"), "12345", { mode: 0o640 });
  linkSync(join(dir, "file"), join(dir, "second"));
  symlinkSync("file", join(dir, "link"));
  root = openat(AT_FDCWD, dir, O_PATH);
  const file = openat(root, "file", O_PATH);
  utimens(file, 1_000_000_000, 250_000_000, -2, 500_000_000);
  close(file);
});
afterAll(() => {
  close(root);
  rmSync(dir, { recursive: true });
});

test("reads what fs.stat reads", () => {
  statx(root, "file", 0, STATX_BASIC_STATS | STATX_BTIME, stat);
  const expected = statSync(join(dir, "file"), { bigint: true });
  expect(stat.mask & STATX_BASIC_STATS).toBe(STATX_BASIC_STATS);
  expect({
    ino: stat.ino,
    size: stat.size,
    blocks: stat.blocks,
    mode: BigInt(stat.mode),
    nlink: BigInt(stat.nlink),
    uid: BigInt(stat.uid),
    gid: BigInt(stat.gid),
    blksize: BigInt(stat.blksize),
    dev: makedev(stat.devMajor, stat.devMinor),
    rdev: makedev(stat.rdevMajor, stat.rdevMinor),
    ctimeNs: stat.ctimeSec * 1_000_000_000n + BigInt(stat.ctimeNsec),
    birthtimeNs: stat.btimeSec * 1_000_000_000n + BigInt(stat.btimeNsec),
  }).toEqual({
    ino: expected.ino,
    size: expected.size,
    blocks: expected.blocks,
    mode: expected.mode,
    nlink: 2n,
    uid: expected.uid,
    gid: expected.gid,
    blksize: expected.blksize,
    dev: expected.dev,
    rdev: expected.rdev,
    ctimeNs: expected.ctimeNs,
    birthtimeNs: expected.birthtimeNs,
  });
  expect([stat.atimeSec, stat.atimeNsec]).toEqual([1_000_000_000n, 250_000_000]);
  // Before 1970: seconds are negative, nanoseconds never.
  expect([stat.mtimeSec, stat.mtimeNsec]).toEqual([-2n, 500_000_000]);
});

test("gives the halves of 64-bit fields as numbers", () => {
  statx(root, "file", 0, STATX_BASIC_STATS, stat);
  expect((BigInt(stat.inoHigh) << 32n) | BigInt(stat.inoLow)).toBe(stat.ino);
  expect(BigInt(stat.ctimeSecLow)).toBe(stat.ctimeSec & 0xffffffffn);
  writeFileSync(join(dir, "sparse"), "");
  truncateSync(join(dir, "sparse"), 5 * 2 ** 32 + 7);
  statx(root, "sparse", 0, STATX_BASIC_STATS, stat);
  expect([stat.size, stat.sizeLow, stat.sizeNumber]).toEqual([21474836487n, 7, 21474836487]);
});

test("looks at a symlink itself, by name and by an O_PATH descriptor", () => {
  const S_IFMT = 0o170000;
  const S_IFLNK = 0o120000;
  statx(root, "link", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, stat);
  expect(stat.mode & S_IFMT).toBe(S_IFLNK);
  const fd = openat(root, "link", O_PATH | O_NOFOLLOW);
  fstatx(fd, STATX_BASIC_STATS | STATX_MNT_ID, stat);
  expect(stat.mode & S_IFMT).toBe(S_IFLNK);
  expect(stat.mntId).toBeGreaterThan(0n);
  close(fd);
});

test("answers a negative errno, or throws", () => {
  expect(tryStatx(root, "missing", 0, STATX_BASIC_STATS, stat)).toBe(-errno.ENOENT);
  expect(tryStatx(root, "a\0b", 0, STATX_BASIC_STATS, stat)).toBe(-errno.EINVAL);
  expect(tryFstatx(-1, STATX_BASIC_STATS, stat)).toBe(-errno.EBADF);
  expect(() => {
    statx(root, "missing", 0, STATX_BASIC_STATS, stat);
  }).toThrow("statx: ENOENT: no such file or directory, 'missing'");
});

test("a device file's number", () => {
  statx(AT_FDCWD, "/dev/null", 0, STATX_BASIC_STATS, stat);
  expect([stat.rdevMajor, stat.rdevMinor]).toEqual([1, 3]);
});

test("encodes device numbers as glibc does", () => {
  // gnu_dev_makedev of glibc: major 0xabc, minor 0xfedcb.
  expect(deviceNumber(0xabc, 0xfedcb)).toBe(0xfedabccb);
  expect(makedev(0xabc, 0xfedcb)).toBe(0xfedabccbn);
  expect(makedev(0xabcd1234, 0x12345678)).toBe(0xabcd112345623478n);
  expect(() => deviceNumber(0x1000, 0)).toThrow(RangeError);
});
