import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { decodeText, encodeText, encodeTextInto, encodedLength, hasEscapes } from "./text.js";
import { fromHex } from "./testing/golden.js";

const decode = (bytes: Uint8Array): string => decodeText(bytes, 0, bytes.length);

/** Encodes in every way there is and checks that they agree. */
function encode(text: string): Uint8Array {
  const bytes = encodeText(text);
  expect(encodedLength(text)).toBe(bytes.length);
  const around = new Uint8Array(bytes.length + 4).fill(0xee);
  expect(encodeTextInto(text, around.subarray(0, bytes.length + 2), 2)).toBe(bytes.length);
  expect([...around]).toEqual([0xee, 0xee, ...bytes, 0xee, 0xee]);
  for (let size = 0; size < bytes.length; size++) {
    const small = new Uint8Array(bytes.length).subarray(0, size);
    expect(encodeTextInto(text, small, 0)).toBe(-1);
  }
  return bytes;
}

// What the decoders of this file switch between: here, at 32 and 48 bytes, and the platform's.
const paddings = ["", "x".repeat(60), "é".repeat(30)];

describe("UTF-8", () => {
  test.each([
    ["empty", "", ""],
    ["NUL and DEL", "\0\x7f", "00 7f"],
    ["first and last of two bytes", "\x80\u07ff", "c280 dfbf"],
    ["first and last of three bytes", "\u0800\uffff", "e0a080 efbfbf"],
    ["around the surrogates", "\ud7ff\ue000", "ed9fbf ee8080"],
    ["first and last of four bytes", "\u{10000}\u{10ffff}", "f0908080 f48fbfbf"],
    ["a byte order mark", "\ufeffa", "efbbbf 61"],
    ["the replacement character", "\ufffd", "efbfbd"],
    // Its second half is one of the surrogates that stand for a byte, but it is not alone.
    ["U+10080", "\u{10080}", "f0908280"],
    ["U+1F480 and U+10FCFF", "\u{1f480}\u{10fcff}", "f09f9280 f48fb3bf"],
  ])("%s", (_, text, hex) => {
    expect(encode(text)).toEqual(fromHex(hex));
    expect(hasEscapes(text)).toBe(false);
    for (const padding of paddings) expect(decode(encode(padding + text))).toBe(padding + text);
  });
});

describe("bytes that are not UTF-8", () => {
  test.each([
    ["a continuation byte alone", "80", "\udc80"],
    ["the last one", "bf", "\udcbf"],
    ["Latin-1", "72 e9 73", "r\udce9s"],
    ["never used bytes", "c0 c1 f5 fe ff", "\udcc0\udcc1\udcf5\udcfe\udcff"],
    ["an overlong slash", "c0af", "\udcc0\udcaf"],
    ["an overlong NUL", "c080", "\udcc0\udc80"],
    ["overlong in three bytes", "e08080 e09fbf", "\udce0\udc80\udc80\udce0\udc9f\udcbf"],
    ["overlong in four bytes", "f08fbfbf", "\udcf0\udc8f\udcbf\udcbf"],
    ["over U+10FFFF", "f4908080", "\udcf4\udc90\udc80\udc80"],
    ["a high surrogate in CESU-8", "eda080", "\udced\udca0\udc80"],
    ["a low surrogate in CESU-8", "edbfbf", "\udced\udcbf\udcbf"],
    ["a pair of surrogates in CESU-8", "eda081 edb080", "\udced\udca0\udc81\udced\udcb0\udc80"],
    // What this package makes of 0x80, as UTF-8 would have it: still three bytes, not one.
    ["U+DC80 in CESU-8", "edb280", "\udced\udcb2\udc80"],
    ["two bytes cut off", "c3", "\udcc3"],
    ["three bytes cut off", "e282", "\udce2\udc82"],
    ["four bytes cut off", "f09f98", "\udcf0\udc9f\udc98"],
    ["a sequence broken by ASCII", "e2 41 82", "\udce2A\udc82"],
    ["a sequence broken by another", "e282 c3a9", "\udce2\udc82é"],
    ["good and bad in turn", "41 ff c3a9 f09f9880 80", "A\udcffé\u{1f600}\udc80"],
    ["a bad byte behind a pair", "f0908080 80", "\u{10000}\udc80"],
  ])("%s", (_, hex, text) => {
    const bytes = fromHex(hex);
    expect(decode(bytes)).toBe(text);
    expect(hasEscapes(text)).toBe(true);
    expect(encode(text)).toEqual(bytes);
    for (const padding of paddings) {
      expect(decode(encode(padding + text))).toBe(padding + text);
      expect(decode(encode(text + padding))).toBe(text + padding);
    }
  });
});

test.each([
  ["a high surrogate", "a\ud800b"],
  ["a low one below the escapes", "a\udc7fb"],
  ["a low one above them", "a\udd00b"],
])("%s that is alone becomes U+FFFD", (_, text) => {
  for (const padding of paddings) {
    expect(encode(padding + text)).toEqual(new TextEncoder().encode(padding + text));
    expect(encode(`${padding}${text}\udc80`)).toEqual(
      Uint8Array.of(...new TextEncoder().encode(padding + text), 0x80),
    );
  }
});

describe("any bytes and any text", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    // Mostly the bytes on which UTF-8 turns.
    fc
      .array(
        fc.constantFrom(0x2f, 0x7f, 0x80, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xff),
        {
          maxLength: 80,
        },
      )
      .map((array) => Uint8Array.from(array)),
  );

  it("gives every byte back", () => {
    fc.assert(
      fc.property(bytes, (original) => {
        expect(encode(decode(original))).toEqual(original);
      }),
      { numRuns: 2000 },
    );
  });

  it("has escapes exactly when TextDecoder refuses", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(bytes, (original) => {
        const text = decode(original);
        if (hasEscapes(text)) expect(() => strict.decode(original)).toThrow();
        else expect(strict.decode(original)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("agrees with TextEncoder and gives whole text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        expect(encode(text)).toEqual(new TextEncoder().encode(text));
        expect(decode(encode(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("decodes only the bytes it was given", () => {
    const around = fromHex("c3 'abc' a9");
    expect(decodeText(around, 1, 4)).toBe("abc");
    expect(decodeText(around, 0, 4)).toBe("\udcc3abc");
    expect(decodeText(fromHex("61 c3 a9"), 0, 2)).toBe("a\udcc3");
    expect(decodeText(around, 2, 2)).toBe("");
  });
});
