/** Bytes that lie in several places, one after another, such as a descriptor chain. */
export type Pieces = readonly Uint8Array[];

export function lengthOf(pieces: Pieces): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}

/** The part `[start, end)` of the bytes, in place. */
export function slicePieces(pieces: Pieces, start: number, end: number): Uint8Array[] {
  const part: Uint8Array[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (at >= end) break;
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, piece.length);
    if (from < to) part.push(from === 0 && to === piece.length ? piece : piece.subarray(from, to));
    at += piece.length;
  }
  return part;
}

/** The bytes as one array: the only piece itself, or a copy of several. */
export function joined(pieces: Pieces): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const bytes = new Uint8Array(lengthOf(pieces));
  gather(pieces, 0, bytes);
  return bytes;
}

/** Copies the part `[start, start + into.length)` of the bytes. */
export function gather(pieces: Pieces, start: number, into: Uint8Array): void {
  let at = 0;
  for (const piece of slicePieces(pieces, start, start + into.length)) {
    into.set(piece, at);
    at += piece.length;
  }
}

/** Copies `bytes` to where the bytes from `start` on are. */
export function scatter(bytes: Uint8Array, pieces: Pieces, start: number): void {
  let at = 0;
  for (const piece of slicePieces(pieces, start, start + bytes.length)) {
    piece.set(bytes.subarray(at, at + piece.length));
    at += piece.length;
  }
}
