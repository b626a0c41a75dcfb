import { describe, expect, it, test } from "vitest";
import { Reader, Writer } from "./cursor.js";
import { list, trailing, u16, u32, type Field } from "./field.js";
import { fromHex } from "./testing/golden.js";

describe("a list", () => {
  let reads = 0;
  const counted: Field<number> = {
    read(r) {
      reads++;
      return u16.read(r);
    },
    write: (w, value) => {
      u16.write(w, value);
    },
  };
  const field = list(counted, 2);

  it("reads as many elements as it says", () => {
    const reader = new Reader().reset(fromHex("0200 0100 0200 0300"));
    expect(field.read(reader)).toEqual([1, 2]);
    expect([reader.remaining, reader.overrun]).toEqual([2, false]);
  });

  it("reads not one when the rest cannot hold them all", () => {
    reads = 0;
    const reader = new Reader().reset(fromHex("0300 0100 0200 03"));
    expect(field.read(reader)).toEqual([]);
    expect([reads, reader.overrun]).toEqual([0, true]);
  });
});

test("a trailing field that was left out is not one that was cut off", () => {
  const field = trailing(u32, 7);
  const reader = new Reader();
  expect(field.read(reader.reset(new Uint8Array(0)))).toBe(7);
  expect(reader.overrun).toBe(false);
  expect(field.read(reader.reset(new Uint8Array(3)))).toBe(0);
  expect(reader.overrun).toBe(true);
  const buffer = new Uint8Array(4);
  field.write(new Writer().reset(buffer), 7);
  expect(buffer).toEqual(fromHex("07000000"));
});
