import { expect, test } from "vitest";
import { VERSION_9P2000, VERSION_9P2000_L, VERSION_9P2000_U } from "./constants.js";
import { describeMessage } from "./describe.js";
import { fromHex } from "./testing/golden.js";
import { allGoldens } from "./testing/goldens.js";

test.each([
  ["17000000 6e 0100 00000000 01000000 0100 0400 'etc' 0a", 'Twalk tag 1 fid 0 newfid 1 names ["etc\\n"]'],
  ["0b000000 07 0100 02000000", "Rlerror tag 1 errno 2 ENOENT"],
  ["0b000000 07 0100 e7030000", "Rlerror tag 1 errno 999"],
  ["07000000 79 ffff", "Rclunk tag 65535"],
  ["11000000 75 0100 06000000 'hello' 0a", "Rread tag 1 data (6 bytes)"],
  ["14000000 69 0100 80 03000000 ff00000000000080", "Rattach tag 1 qid (80 3 80000000000000ff)"],
  ["09000000 6f 0100 0000", "Rwalk tag 1 qids []"],
  ["0c000000 17 0100 0300 'r' e9 's'", 'Rreadlink tag 1 target "r\\udce9s"'],
  [
    `43000000 1a 0100 01000000 31000000 00000000 00000000 00000000 0000000000000000
     0300000000000000 0400000000000000 0500000000000000 0065cd1d00000000`,
    "Tsetattr tag 1 fid 1 valid 49 mode 0 uid 0 gid 0 size 0 atime 3.000000004 mtime 5.500000000",
  ],
])("%s", (hex, line) => {
  expect(describeMessage(fromHex(hex), VERSION_9P2000_L)).toBe(line);
});

test("what a terminal would obey is escaped", () => {
  // U+009B begins a control sequence; U+2028 is a line break to some viewers.
  const frame = fromHex("12000000 17 0100 0900 1b c29b e280a8 7f c3a9");
  expect(describeMessage(frame, VERSION_9P2000_L)).toBe(
    'Rreadlink tag 1 target "\\u001b\\u009b\\u2028\\u007fé"',
  );
});

test("a line has a limit", () => {
  const frame = fromHex(`dd070000 17 0100 d407 ${"61".repeat(2004)}`);
  const line = describeMessage(frame, VERSION_9P2000_L);
  expect(line).toHaveLength(1001);
  expect(line.endsWith("aaa…")).toBe(true);
});

test("fields depend on the dialect", () => {
  const frame = fromHex("0f000000 6b 0100 0200 'no' 02000000");
  expect(describeMessage(frame, VERSION_9P2000_U)).toBe('Rerror tag 1 ename "no" errno 2');
  expect(describeMessage(frame.subarray(0, 11), VERSION_9P2000)).toBe('Rerror tag 1 ename "no" errno 0');
});

test("what is no message is described too", () => {
  expect(describeMessage(fromHex("0b0000"), VERSION_9P2000_L)).toBe("a cut-off message of 3 bytes");
  expect(describeMessage(fromHex("08000000 63 0500 00"), VERSION_9P2000_L)).toBe(
    "unknown message type 99 tag 5, 8 bytes",
  );
  expect(describeMessage(fromHex("0b000000 78 0500 0000"), VERSION_9P2000_L)).toBe(
    "Tclunk tag 5: Tclunk is truncated or a length in it is wrong",
  );
  expect(describeMessage(fromHex("0c000000 78 0500 00000000 00"), VERSION_9P2000_L)).toBe(
    "Tclunk tag 5: Tclunk has 1 bytes after its last field",
  );
});

test("every message is described on one line, with each of its fields", () => {
  for (const { message, dialects, bytes } of allGoldens) {
    const line = describeMessage(bytes, dialects[0]!);
    expect(line.startsWith(`${message.name} tag 513`)).toBe(true);
    expect(line).not.toContain("\n");
    expect(line).not.toContain("undefined");
    for (const field of message.fields) expect(line).toContain(` ${field} `);
  }
});
