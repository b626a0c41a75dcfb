import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { compressionOf, hasPvhEntry, parseBzImage } from "./kernel-image.js";

const ZSTD = "28b52ffd";

/** One setup sector after the boot sector, then eight bytes of code, then the payload. */
function bzImage(payload: Buffer): Buffer {
  const image = Buffer.alloc(2 * 512 + 8 + payload.length);
  image.writeUInt8(1, 0x1f1);
  image.write("HdrS", 0x202, "latin1");
  image.writeUInt16LE(0x20f, 0x206);
  image.writeUInt16LE(0x60, 0x20e);
  image.write("6.12.1-test (someone@host) #1\0", 0x260, "latin1");
  image.writeUInt32LE(8, 0x248);
  image.writeUInt32LE(payload.length, 0x24c);
  payload.copy(image, 2 * 512 + 8);
  return image;
}

test("finds the release and the payload without the size after it", () => {
  const payload = Buffer.from(`${ZSTD}aabbccdd`, "hex");
  const parsed = parseBzImage(bzImage(Buffer.concat([payload, Buffer.from("00100000", "hex")])));
  expect(parsed?.release).toBe("6.12.1-test");
  expect(Buffer.from(parsed!.payload)).toEqual(payload);
});

test("keeps all of a gzip payload", () => {
  const payload = Buffer.from("1f8b0800000000000000", "hex");
  expect(parseBzImage(bzImage(payload))?.payload).toHaveLength(10);
});

test("refuses what is no bzImage or is cut short", () => {
  expect(parseBzImage(Buffer.alloc(4096))).toBeUndefined();
  expect(parseBzImage(Buffer.alloc(10))).toBeUndefined();
  expect(parseBzImage(bzImage(Buffer.alloc(64)).subarray(0, 1040))).toBeUndefined();
});

test.each([
  ["1f8b0800", "gzip"],
  ["fd377a585a00", "xz"],
  [ZSTD, "zstd"],
  ["7f454c46", "none"],
  ["4d5a", "unknown"],
])("%s is %s", (hex, compression) => {
  expect(compressionOf(Buffer.from(hex, "hex"))).toBe(compression);
});

test("finds the note of the direct entry", () => {
  const note = (type: string): Buffer => Buffer.from(`0102030404000000040000${type}58656e0000000001`, "hex");
  expect(hasPvhEntry(note("0012000000"))).toBe(true);
  expect(hasPvhEntry(note("0011000000"))).toBe(false);
});
