import type { Session } from "../session.js";
import type { Served } from "./wire-client.js";

/** How requests and replies are cut, in turn: each list is repeated over the bytes. */
const CUTS: readonly (readonly number[])[] = [
  // As Linux lays out a large read or write: the header, then pages.
  [23, 4096],
  [11, 4096],
  [4096],
  [1, 2, 3, 5, 700],
  [9000, 11],
  [100_000],
];

/** Has a session serve messages in pieces, as a virtqueue does, and is rude to it: requests change under it. */
export class InPieces implements Served {
  readonly #session: Session;
  #count = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  handle(frame: Uint8Array, reply: Uint8Array): number | Promise<number> {
    this.#count++;
    const message = cut(frame, CUTS[this.#count % CUTS.length]!);
    const room = cut(reply, CUTS[(this.#count * 7 + 1) % CUTS.length]!);
    const result = this.#session.handleScattered(message, room);
    for (const piece of message) piece.fill(0x5a);
    return typeof result === "number"
      ? join(room, reply, result)
      : result.then((size) => join(room, reply, size));
  }
}

/** Copies of the parts, so that none lies beside the next. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

function join(pieces: readonly Uint8Array[], into: Uint8Array, size: number): number {
  let at = 0;
  for (const piece of pieces) {
    into.set(piece, at);
    at += piece.length;
  }
  return size;
}
