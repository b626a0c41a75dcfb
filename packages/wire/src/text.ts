/**
 * File names on Linux are bytes, not text. Valid UTF-8 decodes as usual; every
 * byte that is not part of valid UTF-8 becomes a lone surrogate U+DC80..U+DCFF
 * and turns back into that byte when encoded (the scheme of Python's PEP 383),
 * so a name survives the way client → string → host whatever it holds.
 */
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Longest text, in bytes or UTF-16 units, that is converted here; above it the platform's coders are faster. */
const SHORT_TO_DECODE = 32;
const SHORT_TO_ENCODE = 48;

/**
 * Decodes `bytes[start, end)`. Never throws and loses nothing: bytes that are
 * not UTF-8 (RFC 3629, so also surrogates in CESU-8 and overlong forms) become
 * U+DC80..U+DCFF, one each. A byte order mark is kept.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_TO_DECODE) return decodeShort(bytes, start, end);
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch {
    return decodeEscaping(bytes, start, end, "");
  }
}

/**
 * Encodes into `target` from `start` on: the inverse of {@link decodeText}.
 * A surrogate that is alone and stands for no byte becomes U+FFFD, as with TextEncoder.
 * Returns the bytes written, or -1 when they do not fit; `target` may then hold a part of them.
 */
export function encodeTextInto(text: string, target: Uint8Array, start: number): number {
  const length = text.length;
  if (length > target.length - start) return -1;
  if (length > SHORT_TO_ENCODE && !hasEscapes(text)) {
    const { read, written } = encoder.encodeInto(text, target.subarray(start));
    return read === length ? written : -1;
  }
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return encodeEscaping(text, i, target, start);
    target[start + i] = code;
  }
  return length;
}

/**
 * Encodes a string to the bytes that {@link decodeText} read it from. A surrogate
 * that is alone and stands for no byte becomes U+FFFD.
 */
export function encodeText(text: string): Uint8Array {
  if (!hasEscapes(text)) return encoder.encode(text);
  const out = new Uint8Array(encodedLength(text));
  encodeTextInto(text, out, 0);
  return out;
}

/** Bytes that {@link encodeText} makes of `text`. */
export function encodedLength(text: string): number {
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    size += sizeOf(code);
  }
  return size;
}

/** True when the string stands for bytes that are not UTF-8, so it must not be passed on as plain text. */
export function hasEscapes(text: string): boolean {
  // With the flag u the halves of a pair do not match, only a surrogate alone.
  return /[\udc80-\udcff]/u.test(text);
}

const isEscape = (code: number): boolean => code >= 0xdc80 && code <= 0xdcff;

function sizeOf(code: number): number {
  if (code < 0x80 || isEscape(code)) return 1;
  return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Encodes `text` from the index `from` on, all before it being ASCII that is in `target` already. */
function encodeEscaping(text: string, from: number, target: Uint8Array, start: number): number {
  let at = start + from;
  for (let i = from; i < text.length; i++) {
    let code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    if (at + sizeOf(code) > target.length) return -1;
    if (code < 0x80) target[at++] = code;
    else if (isEscape(code)) target[at++] = code - 0xdc00;
    else {
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x800) target[at++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) target[at++] = 0xe0 | (code >> 12);
        else {
          target[at++] = 0xf0 | (code >> 18);
          target[at++] = 0x80 | ((code >> 12) & 0x3f);
        }
        target[at++] = 0x80 | ((code >> 6) & 0x3f);
      }
      target[at++] = 0x80 | (code & 0x3f);
    }
  }
  return at - start;
}

/** Four bytes at a time while they are ASCII: half the strings to join. */
function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const a = bytes[at]!;
    const b = bytes[at + 1]!;
    const c = bytes[at + 2]!;
    const d = bytes[at + 3]!;
    if ((a | b | c | d) >= 0x80) break;
    text += String.fromCharCode(a, b, c, d);
  }
  return at === end ? text : decodeEscaping(bytes, at, end, text);
}

/** Decodes `bytes[at, end)` one sequence at a time and appends it to `text`. */
function decodeEscaping(bytes: Uint8Array, at: number, end: number, text: string): string {
  while (at < end) {
    const length = sequenceLength(bytes, at, end);
    let code = bytes[at]!;
    if (length === 0) code += 0xdc00;
    else if (length > 1) {
      code &= 0x7f >> length;
      for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i]! & 0x3f);
    }
    text += String.fromCodePoint(code);
    at += length || 1;
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none (RFC 3629, table in section 4). */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}
