/**
 * File names on Linux are bytes, not text. Valid UTF-8 decodes as usual; every
 * byte that is not part of valid UTF-8 becomes a lone surrogate U+DC80..U+DCFF
 * and turns back into that byte when encoded (the scheme of Python's PEP 383),
 * so a name survives the way client → string → host whatever it holds.
 */
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Longest string that is decoded byte by byte; above it the platform's decoder is faster. */
const SHORT = 48;

/** Decodes `bytes[start, end)`; never throws, loses nothing. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = "";
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  const part = bytes.subarray(start, end);
  try {
    return strictDecoder.decode(part);
  } catch {
    return decodeEscaping(part);
  }
}

/** Encodes into `target` at `start`. Returns the bytes written, or -1 when they do not fit. */
export function encodeTextInto(text: string, target: Uint8Array, start: number): number {
  const length = text.length;
  if (length > target.length - start) return -1;
  if (length <= SHORT) {
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) break;
      target[start + at] = code;
    }
    if (at === length) return length;
  }
  if (hasEscapes(text)) {
    const bytes = encodeText(text);
    if (bytes.length > target.length - start) return -1;
    target.set(bytes, start);
    return bytes.length;
  }
  const { read, written } = encoder.encodeInto(text, target.subarray(start));
  return read === length ? written : -1;
}

/** Encodes a string to the bytes that {@link decodeText} read it from. */
export function encodeText(text: string): Uint8Array {
  if (!hasEscapes(text)) return encoder.encode(text);
  const out: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else out.push(...encoder.encode(char));
  }
  return Uint8Array.from(out);
}

/** True when the string stands for bytes that are not UTF-8, so it must not be passed on as plain text. */
export function hasEscapes(text: string): boolean {
  return /[\udc80-\udcff]/u.test(text);
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      text += strictDecoder.decode(bytes.subarray(at, at + length));
      at += length;
    } else {
      text += String.fromCharCode(0xdc00 + bytes[at]!);
      at++;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none (RFC 3629, table in section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}
