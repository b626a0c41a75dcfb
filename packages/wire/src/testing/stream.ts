import type { Framer } from "../framer.js";

/** A message of `size` bytes whose content tells it from others. */
export function frameOf(size: number, seed: number): Uint8Array {
  const frame = new Uint8Array(size);
  for (let i = 4; i < size; i++) frame[i] = seed * 31 + i;
  new DataView(frame.buffer).setUint32(0, size, true);
  return frame;
}

/** The parts as one stream. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The four bytes that begin a message of `size` bytes. */
export const announced = (size: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, size, true);
  return bytes;
};

/** All whole messages there are, copied: they are valid only until the next push. */
export function drain(framer: Framer): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let frame = framer.next(); frame; frame = framer.next()) frames.push(frame.slice());
  return frames;
}

/** The messages of a stream that comes in pieces, cut at these offsets. */
export function feed(framer: Framer, stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, stream.length]) {
    framer.push(stream.slice(from, cut));
    frames.push(...drain(framer));
    from = cut;
  }
  return frames;
}
