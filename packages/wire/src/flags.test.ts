import { constants } from "node:fs";
import { arch, platform } from "node:os";
import { describe, expect, it, test } from "vitest";
import * as flags from "./flags.js";

test.each([
  [0o040755, flags.QTDIR, flags.DT_DIR],
  [0o120777, flags.QTSYMLINK, flags.DT_LNK],
  [0o100644, flags.QTFILE, flags.DT_REG],
  [0o104755, flags.QTFILE, flags.DT_REG],
  [0o010644, flags.QTFILE, flags.DT_FIFO],
  [0o020666, flags.QTFILE, flags.DT_CHR],
  [0o060660, flags.QTFILE, flags.DT_BLK],
  [0o140755, flags.QTFILE, flags.DT_SOCK],
  [0o000644, flags.QTFILE, flags.DT_UNKNOWN],
])("the mode %i", (mode, qidType, direntType) => {
  expect(flags.qidTypeOfMode(mode)).toBe(qidType);
  expect(flags.direntTypeOfMode(mode)).toBe(direntType);
});

test("the type of a qid is the top byte of the mode (stat(5))", () => {
  for (const name of ["DIR", "APPEND", "EXCL", "MOUNT", "AUTH", "TMP", "SYMLINK", "LINK"] as const)
    expect(flags[`DM${name}`], name).toBe(flags[`QT${name}`] * 0x1000000);
});

test("the attributes that Tgetattr names add up", () => {
  const { GETATTR_BASIC, GETATTR_BTIME, GETATTR_GEN, GETATTR_DATA_VERSION, GETATTR_ALL } = flags;
  expect(GETATTR_BASIC | GETATTR_BTIME | GETATTR_GEN | GETATTR_DATA_VERSION).toBe(GETATTR_ALL);
});

// 9P2000.L took the numbers of Linux on x86.
describe.runIf(platform() === "linux" && arch() === "x64")("on x86 Linux", () => {
  const names = [
    "RDONLY",
    "WRONLY",
    "RDWR",
    "CREAT",
    "EXCL",
    "NOCTTY",
    "TRUNC",
    "APPEND",
    "NONBLOCK",
  ] as const;
  const later = ["DSYNC", "DIRECT", "DIRECTORY", "NOFOLLOW", "NOATIME"] as const;

  it.each([...names, ...later])("O_%s is the host's", (name) => {
    expect(flags[`L_O_${name}`]).toBe(constants[`O_${name}`]);
  });

  it("O_SYNC is the host's without O_DSYNC, which it contains there", () => {
    expect(flags.L_O_SYNC | flags.L_O_DSYNC).toBe(constants.O_SYNC);
  });

  it.each(["IFMT", "IFSOCK", "IFLNK", "IFREG", "IFBLK", "IFDIR", "IFCHR", "IFIFO"] as const)(
    "S_%s is the host's",
    (name) => {
      expect(flags[`S_${name}`]).toBe((constants as unknown as Record<string, number>)[`S_${name}`]);
    },
  );
});
