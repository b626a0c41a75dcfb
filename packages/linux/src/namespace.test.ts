import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasCapability } from "./credentials.js";
import { errno } from "./errno.js";
import {
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  linkFd,
  linkat,
  mkdirat,
  mknodat,
  readlinkFd,
  renameat,
  symlinkat,
  tryReadlinkat,
  unlinkat,
} from "./namespace.js";
import { AT_FDCWD, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDWR, O_TMPFILE } from "./open-flags.js";
import { close, openat, tryOpenat } from "./open.js";
import { pwrite } from "./read-write.js";
import { makedev } from "./statx.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const at = (name: string) => join(dir, name);
let root: number;

beforeAll(() => {
  root = openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY);
});
afterAll(() => {
  close(root);
  rmSync(dir, { recursive: true });
});

test("makes and removes directories", () => {
  mkdirat(root, "made", 0o700);
  expect(lstatSync(at("made")).mode & 0o777).toBe(0o700);
  expect(() => {
    mkdirat(root, "made", 0o700);
  }).toThrow("mkdirat: EEXIST: file exists, 'made'");
  expect(() => {
    unlinkat(root, "made", false);
  }).toThrow("unlinkat: EISDIR");
  unlinkat(root, "made", true);
  expect(existsSync(at("made"))).toBe(false);
});

test("refuses names that the kernel would see otherwise", () => {
  const calls = [
    () => {
      mkdirat(root, "a\0b", 0o700);
    },
    () => {
      unlinkat(root, "a\0b", false);
    },
    () => {
      symlinkat("a\0b", root, "x");
    },
    () => {
      renameat(root, "a", root, "a\0b");
    },
    () => {
      linkat(root, "a\0b", root, "a", 0);
    },
    () => {
      linkFd(root, root, "a\0b");
    },
    () => {
      mknodat(root, "a\0b", 0o100600, 0);
    },
  ];
  for (const call of calls) expect(call).toThrow("EINVAL");
  expect(existsSync(at("a"))).toBe(false);
});

test("makes FIFOs, and devices with the right to", () => {
  mknodat(root, "fifo", 0o010600, 0);
  expect(lstatSync(at("fifo")).isFIFO()).toBe(true);
  const make = () => {
    mknodat(root, "null", 0o020600, makedev(1, 3));
  };
  if (hasCapability("CAP_MKNOD")) {
    make();
    expect(lstatSync(at("null"), { bigint: true }).rdev).toBe(makedev(1, 3));
  } else {
    expect(make).toThrow("mknodat: EPERM");
  }
});

test("makes and reads symlinks", () => {
  symlinkat("../tärget", root, "link");
  expect(readlinkSync(at("link"))).toBe("../tärget");
  const fd = openat(root, "link", O_PATH | O_NOFOLLOW);
  expect(new TextDecoder().decode(readlinkFd(fd))).toBe("../tärget");
  const into = new Uint8Array(20).fill(0x2e);
  expect(tryReadlinkat(root, "link", into, 2)).toBe(10);
  expect(new TextDecoder().decode(into)).toBe("..../tärget........".replace("....", "..".concat("..")));
  expect(tryReadlinkat(fd, "", into, 0, 3)).toBe(3);
  expect(tryReadlinkat(root, "missing", into)).toBe(-errno.ENOENT);
  close(fd);
  expect(() => readlinkFd(root)).toThrow("readlinkat: ENOENT");
});

test("reads the longest symlink", () => {
  const target = "x".repeat(4095);
  symlinkat(target, root, "long");
  const fd = openat(root, "long", O_PATH | O_NOFOLLOW);
  expect(readlinkFd(fd).length).toBe(4095);
  close(fd);
});

test("moves, exchanges, and keeps what is there", () => {
  writeFileSync(at("one"), "1");
  writeFileSync(at("two"), "2");
  expect(() => {
    renameat(root, "one", root, "two", RENAME_NOREPLACE);
  }).toThrow("renameat2: EEXIST");
  renameat(root, "one", root, "two", RENAME_EXCHANGE);
  expect(readFileSync(at("one"), "utf8")).toBe("2");
  renameat(root, "two", root, "one");
  expect(readFileSync(at("one"), "utf8")).toBe("1");
  expect(existsSync(at("two"))).toBe(false);
});

test("links by name", () => {
  writeFileSync(at("from"), "");
  linkat(root, "from", root, "to", 0);
  expect(lstatSync(at("to")).nlink).toBe(2);
});

test("gives a file without a name one, and an O_PATH file another", () => {
  const fd = tryOpenat(root, ".", O_TMPFILE | O_RDWR, 0o600);
  if (fd >= 0) {
    pwrite(fd, new TextEncoder().encode("was nameless"), 0);
    linkFd(fd, root, "named");
    expect(readFileSync(at("named"), "utf8")).toBe("was nameless");
    close(fd);
  } else {
    expect(fd).toBe(-errno.EOPNOTSUPP);
  }
  symlinkat("nowhere", root, "dangling");
  const link = openat(root, "dangling", O_PATH | O_NOFOLLOW);
  linkFd(link, root, "dangling2");
  expect(readlinkSync(at("dangling2"))).toBe("nowhere");
  expect(() => {
    linkFd(link, root, "dangling2");
  }).toThrow("linkat: EEXIST");
  expect(() => {
    linkFd(link, root, "missing/name");
  }).toThrow("linkat: ENOENT");
  close(link);
});
