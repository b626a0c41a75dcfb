import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Reader, Writer } from "./cursor.js";
import { DIRENT_OVERHEAD, readDirents, writeDirent } from "./dirent.js";
import { WireError } from "./message.js";
import { encodeText } from "./text.js";
import { fromHex } from "./testing/golden.js";
import { dirents, direntsHex } from "./testing/goldens-namespace.js";

const bytes = fromHex(direntsHex);

test("entries are written as Rreaddir holds them", () => {
  const buffer = new Uint8Array(bytes.length);
  const writer = new Writer().reset(buffer);
  for (const entry of dirents) expect(writeDirent(writer, entry, buffer.length)).toBe(true);
  expect(buffer).toEqual(bytes);
});

test("entries are read back, none from an empty payload", () => {
  expect(readDirents(new Reader().reset(bytes))).toEqual(dirents);
  expect(readDirents(new Reader().reset(new Uint8Array(0)))).toEqual([]);
});

test("a payload that ends within an entry is refused", () => {
  for (let end = 1; end < bytes.length; end++) {
    const reader = new Reader().reset(bytes, 0, end);
    if (end === DIRENT_OVERHEAD + 1) expect(readDirents(reader)).toEqual(dirents.slice(0, 1));
    else expect(() => readDirents(reader), `${end} bytes`).toThrow(WireError);
  }
});

describe("an entry that does not fit", () => {
  // One byte, two, three, four, and one that is no UTF-8: sizes that length in UTF-16 does not tell.
  const names = [
    "a",
    "é".repeat(9),
    "漢".repeat(9),
    "\u{1f600}".repeat(9),
    "\udcff".repeat(9),
    "",
    "x".repeat(255),
  ];

  it.each(names)("%j leaves writer and buffer as they were", (name) => {
    const entry = { ...dirents[0]!, name };
    const size = DIRENT_OVERHEAD + encodeText(name).length;
    for (const short of [1, 2, 23, 24, size]) {
      const memory = new Uint8Array(size + 40).fill(0xee);
      // Once the end of the buffer is too near, once the end that the caller gave.
      for (const [buffer, end] of [
        [memory.subarray(0, 4 + size - short), Infinity],
        [memory, 4 + size - short],
      ] as const) {
        const writer = new Writer().reset(buffer, 4);
        expect(writeDirent(writer, entry, end)).toBe(false);
        expect(writer.position).toBe(4);
        expect(writer.overrun).toBe(false);
        expect(memory.every((byte) => byte === 0xee)).toBe(true);
      }
    }
    const writer = new Writer().reset(new Uint8Array(size + 4), 4);
    expect(writeDirent(writer, entry, size + 4)).toBe(true);
    expect(writer.position).toBe(size + 4);
  });

  it("is one whose name is over 65,535 bytes", () => {
    const writer = new Writer().reset(new Uint8Array(0x20000));
    const entry = { ...dirents[0]!, name: "é".repeat(0x8000) };
    expect(writeDirent(writer, entry, 0x20000)).toBe(false);
    expect(writer.position).toBe(0);
    expect(writeDirent(writer, { ...entry, name: "x".repeat(0xffff) }, 0x20000)).toBe(true);
  });
});

test("any entries come back, and readers of random bytes only throw WireError", () => {
  const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  const entry = fc.record({
    qid: fc.record({ type: fc.nat(255), version: fc.nat(0xffffffff), path: u64 }),
    offset: u64,
    type: fc.nat(255),
    name: fc.string({ unit: "grapheme" }),
  });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const buffer = new Uint8Array(1 << 16);
      const writer = new Writer().reset(buffer);
      const fitting = entries.filter((one) => writeDirent(writer, one, 4096));
      expect(writer.position).toBeLessThanOrEqual(4096);
      expect(readDirents(new Reader().reset(buffer, 0, writer.position))).toEqual(fitting);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
      try {
        expect(readDirents(new Reader().reset(random)).length).toBeLessThanOrEqual(
          random.length / DIRENT_OVERHEAD,
        );
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});
