import { HEADER_SIZE, Twrite, WRITE_HEADER_SIZE, WireError } from "@ninep/wire";
import { gather, lengthOf, slicePieces, type Pieces } from "./pieces.js";

/** A message out of memory that the client may still change. */
export interface GatheredFrame {
  /** A copy: the whole message, or of a Twrite what comes before its data. Valid until the next one. */
  readonly frame: Uint8Array;
  /** The data of a Twrite, where they are. */
  readonly data: Pieces | undefined;
}

/** Takes messages out of memory that others write to, reading each byte once. */
export class FrameGatherer {
  /** Grows with what comes, up to msize. */
  #buffer = new Uint8Array(4096);

  /**
   * @param whole Copies the data of a Twrite too.
   * @throws WireError when `message` does not hold a whole message of at most `msize` bytes
   */
  gather(message: Pieces, msize: number, whole: boolean): GatheredFrame {
    const length = lengthOf(message);
    const head = Math.min(length, WRITE_HEADER_SIZE);
    gather(message, 0, this.#buffer.subarray(0, head));
    const [a = 0, b = 0, c = 0, d = 0, type] = this.#buffer;
    const size = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
    if (length < HEADER_SIZE || size < HEADER_SIZE || size > length)
      throw new WireError(`${length} bytes that claim to be a message of ${size}`);
    if (size > msize) throw new WireError(`a message of ${size} bytes, with msize ${msize}`);
    if (type === Twrite.type && size >= WRITE_HEADER_SIZE && !whole) {
      const frame = this.#buffer.subarray(0, WRITE_HEADER_SIZE);
      const count = (frame[19]! | (frame[20]! << 8) | (frame[21]! << 16) | (frame[22]! << 24)) >>> 0;
      if (count !== size - WRITE_HEADER_SIZE)
        throw new WireError(`a Twrite of ${count} bytes in a message of ${size}`);
      return { frame, data: slicePieces(message, WRITE_HEADER_SIZE, size) };
    }
    if (this.#buffer.length < size) {
      const larger = new Uint8Array(Math.min(msize, size * 2));
      larger.set(this.#buffer.subarray(0, head));
      this.#buffer = larger;
    }
    if (size > head) gather(slicePieces(message, head, size), 0, this.#buffer.subarray(head, size));
    return { frame: this.#buffer.subarray(0, size), data: undefined };
  }
}
