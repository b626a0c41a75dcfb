import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  R_OK,
  UTIME_NOW,
  UTIME_OMIT,
  W_OK,
  X_OK,
  canAccess,
  chmod,
  chmodThroughProc,
  chown,
  fchownat,
  umask,
  utimens,
} from "./attributes.js";
import { effectiveUser } from "./credentials.js";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_NOFOLLOW, O_PATH, O_RDWR } from "./open-flags.js";
import { close, openat } from "./open.js";
import { STATX_BASIC_STATS, Statx, fstatx } from "./statx.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const file = join(dir, "file");
writeFileSync(file, "content");
symlinkSync("file", join(dir, "link"));
const path = openat(AT_FDCWD, file, O_PATH);
const open = openat(AT_FDCWD, file, O_RDWR);
const link = openat(AT_FDCWD, join(dir, "link"), O_PATH | O_NOFOLLOW);
const stat = new Statx();
const isRoot = effectiveUser() === 0;

beforeEach(() => {
  chmod(path, 0o600);
});
afterAll(() => {
  for (const fd of [path, open, link]) close(fd);
  rmSync(dir, { recursive: true });
});

test.each([
  ["fchmodat2 where there is one", chmod],
  ["/proc", chmodThroughProc],
])("changes the mode of a descriptor's file by way of %s", (_, change) => {
  for (const fd of [path, open]) {
    change(fd, 0o640 + fd);
    expect(statSync(file).mode & 0o7777).toBe(0o640 + fd);
  }
  expect(() => {
    change(link, 0o600);
  }).toThrow("EOPNOTSUPP");
});

test("says that a descriptor is not open", () => {
  expect(() => {
    chmod(99999, 0o600);
  }).toThrow(/EBADF|ENOENT/);
  expect(() => {
    chown(99999, 0, 0);
  }).toThrow("fchownat: EBADF");
});

test.runIf(isRoot)("changes the owner, of a symlink too", () => {
  chown(path, 1234, 0xffffffff);
  expect(statSync(file)).toMatchObject({ uid: 1234, gid: 0 });
  chown(open, 0xffffffff, 4321);
  expect(statSync(file)).toMatchObject({ uid: 1234, gid: 4321 });
  chown(link, 77, 78);
  fstatx(link, STATX_BASIC_STATS, stat);
  expect([stat.uid, stat.gid]).toEqual([77, 78]);
  fchownat(AT_FDCWD, join(dir, "link"), 79, 80, AT_SYMLINK_NOFOLLOW);
  fstatx(link, STATX_BASIC_STATS, stat);
  expect([stat.uid, stat.gid]).toEqual([79, 80]);
  expect(statSync(file).uid).toBe(1234);
  fchownat(AT_FDCWD, join(dir, "link"), 0, 0, 0);
  expect(statSync(file)).toMatchObject({ uid: 0, gid: 0 });
});

test.skipIf(isRoot)("may not give a file away", () => {
  expect(() => {
    chown(path, effectiveUser() + 1, 0xffffffff);
  }).toThrow("fchownat: EPERM");
});

test("sets times to the nanosecond, before 1970 too", () => {
  utimens(path, 1_000_000_000n, 1n, -5, 999_999_999);
  fstatx(path, STATX_BASIC_STATS, stat);
  expect([stat.atimeSec, stat.atimeNsec]).toEqual([1_000_000_000n, 1]);
  expect([stat.mtimeSec, stat.mtimeNsec]).toEqual([-5n, 999_999_999]);
  utimens(open, 0, UTIME_OMIT, 0, UTIME_NOW);
  fstatx(path, STATX_BASIC_STATS, stat);
  expect([stat.atimeSec, stat.atimeNsec]).toEqual([1_000_000_000n, 1]);
  expect(Number(stat.mtimeSec)).toBeGreaterThan(1_700_000_000);
  utimens(link, 7, 0, 8, 0);
  fstatx(link, STATX_BASIC_STATS, stat);
  expect([stat.atimeSec, stat.mtimeSec]).toEqual([7n, 8n]);
  expect(() => {
    utimens(path, 0, 1_000_000_000, 0, 0);
  }).toThrow("utimensat: EINVAL");
});

test("knows what the file lets this user do", () => {
  expect(canAccess(path, R_OK | W_OK)).toBe(true);
  // Not even root executes what nobody may execute.
  expect(canAccess(path, X_OK)).toBe(false);
  expect(() => canAccess(99999, R_OK)).toThrow("faccessat2: EBADF");
});

test("the umask is answered and set", () => {
  const before = umask(0o027);
  expect(umask(before)).toBe(0o027);
});
