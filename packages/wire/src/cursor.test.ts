import { describe, expect, it, test } from "vitest";
import { Reader, Writer } from "./cursor.js";
import { TWO_53_MINUS_1, TWO_53_PLUS_1, TWO_63, TWO_64_MINUS_1, fromHex } from "./testing/golden.js";

test.each([
  [0n, "0000000000000000"],
  [TWO_53_MINUS_1, "ffffffffffff1f00"],
  [9007199254740992n, "0000000000002000"],
  [TWO_53_PLUS_1, "0100000000002000"],
  [TWO_63 - 1n, "ffffffffffffff7f"],
  [TWO_63, "0000000000000080"],
  [TWO_64_MINUS_1, "ffffffffffffffff"],
])("the u64 %i", (value, hex) => {
  const buffer = new Uint8Array(8);
  new Writer().reset(buffer).u64(value);
  expect(buffer).toEqual(fromHex(hex));
  expect(new Reader().reset(buffer).u64()).toBe(value);
});

test("integers are little-endian and unsigned to their last bit", () => {
  const bytes = fromHex("80 ff80 feffff80");
  const reader = new Reader().reset(bytes);
  expect([reader.u8(), reader.u16(), reader.u32(), reader.remaining]).toEqual([0x80, 0x80ff, 0x80fffffe, 0]);
  const buffer = new Uint8Array(7);
  const writer = new Writer().reset(buffer);
  writer.u8(0x80);
  writer.u16(0x80ff);
  writer.u32(0x80fffffe);
  expect(buffer).toEqual(bytes);
});

test("an integer out of its range is written modulo the range", () => {
  const buffer = new Uint8Array(15);
  const writer = new Writer().reset(buffer);
  writer.u8(-1);
  writer.u16(0x10002);
  writer.u32(-2);
  writer.u64(-3n);
  expect(buffer).toEqual(fromHex("ff 0200 feffffff fdffffffffffffff"));
});

describe("a Reader past its end", () => {
  const reads: [string, (reader: Reader) => unknown, unknown][] = [
    ["u8", (r) => r.u8(), 0],
    ["u16", (r) => r.u16(), 0],
    ["u32", (r) => r.u32(), 0],
    ["u64", (r) => r.u64(), 0n],
    ["string", (r) => r.string(), ""],
    ["bytes", (r) => r.bytes(1), new Uint8Array(0)],
  ];
  test.each(reads)("%s gives nothing and says so", (_, read, nothing) => {
    // Other bytes lie behind: they must not be read.
    const reader = new Reader().reset(new Uint8Array(64).fill(9), 8, 8);
    expect(read(reader)).toEqual(nothing);
    expect(reader.overrun).toBe(true);
    expect(reader.remaining).toBe(0);
  });

  it("reads nothing more, though a smaller field would fit", () => {
    const reader = new Reader().reset(Uint8Array.of(1, 2, 3));
    expect(reader.u32()).toBe(0);
    expect(reader.u8()).toBe(0);
    expect(reader.reset(Uint8Array.of(7)).u8()).toBe(7);
    expect(reader.overrun).toBe(false);
  });

  it("refuses a string that is longer than what is left", () => {
    const reader = new Reader().reset(fromHex("0300 'ab'"));
    expect(reader.string()).toBe("");
    expect(reader.overrun).toBe(true);
  });
});

describe("a Writer past its end", () => {
  const writes: [string, (writer: Writer) => void][] = [
    [
      "u16",
      (w) => {
        w.u16(0);
      },
    ],
    [
      "u32",
      (w) => {
        w.u32(0);
      },
    ],
    [
      "u64",
      (w) => {
        w.u64(0n);
      },
    ],
    [
      "bytes",
      (w) => {
        w.bytes(new Uint8Array(2));
      },
    ],
    [
      "string",
      (w) => {
        w.string("");
      },
    ],
  ];
  test.each(writes)("%s writes nothing, nor does anything after it", (_, write) => {
    const memory = new Uint8Array(16).fill(0xee);
    const writer = new Writer().reset(memory.subarray(4, 5));
    write(writer);
    expect(writer.overrun).toBe(true);
    expect(writer.position).toBe(0);
    expect(writer.room).toBe(0);
    writer.u8(1);
    expect(memory.every((byte) => byte === 0xee)).toBe(true);
    expect(writer.reset(memory).overrun).toBe(false);
    expect(writer.room).toBe(16);
  });

  test("a string that does not fit leaves the position where it was", () => {
    const writer = new Writer().reset(new Uint8Array(6));
    for (const text of ["abcde", "ééé", "\udc80".repeat(5), "\ud800\ud800"]) {
      writer.reset(new Uint8Array(6)).string(text);
      expect(writer.overrun).toBe(true);
      expect(writer.position).toBe(0);
    }
    writer.reset(new Uint8Array(6)).string("abcd");
    expect(writer.overrun).toBe(false);
    expect(writer.position).toBe(6);
  });

  test("a string of 65,535 bytes fits, one more does not", () => {
    const writer = new Writer();
    const buffer = new Uint8Array(0x20000);
    writer.reset(buffer).string("é".repeat(0x7fff) + "x");
    expect([writer.overrun, writer.position, buffer[0], buffer[1]]).toEqual([false, 0x10001, 0xff, 0xff]);
    writer.reset(buffer).string("é".repeat(0x8000));
    expect([writer.overrun, writer.position]).toEqual([true, 0]);
  });
});

test("a range outside the bytes is refused", () => {
  const bytes = new Uint8Array(64).subarray(8, 16);
  expect(() => new Reader().reset(bytes, 0, 9)).toThrow(RangeError);
  expect(() => new Reader().reset(bytes, 5, 4)).toThrow(RangeError);
  expect(() => new Reader().reset(bytes, -1)).toThrow(RangeError);
  expect(() => new Reader().reset(bytes, NaN)).toThrow(RangeError);
  expect(() => new Writer().reset(bytes, 9)).toThrow(RangeError);
  expect(() => new Writer().reset(bytes, -1)).toThrow(RangeError);
});
