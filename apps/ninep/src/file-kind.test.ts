import { expect, test } from "vitest";
import { formatMode, kindOfMode } from "./file-kind.js";

test.each([
  [0o100644, "file", "-rw-r--r--"],
  [0o040755, "directory", "drwxr-xr-x"],
  [0o120777, "symlink", "lrwxrwxrwx"],
  [0o010600, "fifo", "prw-------"],
  [0o140000, "socket", "s---------"],
  [0o020666, "char", "crw-rw-rw-"],
  [0o060660, "block", "brw-rw----"],
  [0o104755, "file", "-rwsr-xr-x"],
  [0o106644, "file", "-rwSr-Sr--"],
  [0o041777, "directory", "drwxrwxrwt"],
  [0o041776, "directory", "drwxrwxrwT"],
  [0o000644, "unknown", "?rw-r--r--"],
])("mode %o", (mode, kind, text) => {
  expect(kindOfMode(mode)).toBe(kind);
  expect(formatMode(mode)).toBe(text);
});
