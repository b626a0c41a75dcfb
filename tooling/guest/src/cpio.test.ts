import { expect, test } from "vitest";
import { directory, regularFile, writeCpio } from "./cpio.js";

const TRAILER =
  "070701" +
  "00000000".repeat(4) +
  "00000001" +
  "00000000".repeat(6) +
  "0000000b" +
  "00000000" +
  "TRAILER!!!\0" +
  "\0\0\0";

test("writes a directory and a file as the kernel's buffer format says", () => {
  const archive = writeCpio([directory("bin"), regularFile("bin/a", "hello", 0o755)]);
  expect(archive.toString("latin1")).toBe(
    "070701" +
      "00000001" + // ino
      "000041ed" + // mode
      "00000000" + // uid
      "00000000" + // gid
      "00000002" + // nlink
      "00000000" + // mtime
      "00000000" + // filesize
      "00000000".repeat(4) + // dev, rdev
      "00000004" + // namesize
      "00000000" + // check
      "bin\0" +
      "\0\0" +
      "070701" +
      "00000002" +
      "000081ed" +
      "00000000".repeat(2) +
      "00000001" +
      "00000000" +
      "00000005" +
      "00000000".repeat(4) +
      "00000006" +
      "00000000" +
      "bin/a\0" +
      "hello\0\0\0" +
      TRAILER,
  );
});

test("keeps every member at a multiple of four bytes", () => {
  for (let length = 0; length < 9; length++) {
    const archive = writeCpio([regularFile("n".repeat(length + 1), new Uint8Array(length))]);
    expect(archive.length % 4).toBe(0);
    expect(archive.subarray(-TRAILER.length).toString("latin1")).toBe(TRAILER);
  }
});

test("counts bytes of a name, not characters", () => {
  const archive = writeCpio([regularFile("é", "")]);
  expect(archive.toString("latin1", 94, 102)).toBe("00000003");
});

test.each(["", "/etc/passwd", "a\0b"])("refuses the path %j", (path) => {
  expect(() => writeCpio([regularFile(path, "")])).toThrow(JSON.stringify(path));
});
