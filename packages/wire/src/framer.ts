import { HEADER_SIZE } from "./constants.js";
import { WireError } from "./message.js";

/** Room that a cut-off message gets at first: its announced size is only a claim. */
const FIRST_ROOM = 64 * 1024;

export interface FramerOptions {
  /** The largest message accepted, in bytes: the msize. */
  readonly maxSize: number;
}

/**
 * Cuts a byte stream into messages, however it is split. A message that lies
 * whole in a chunk is returned as a view of it; only one that is cut off is
 * gathered in a buffer of the framer's own, which grows with the bytes that
 * really came, never with those announced.
 *
 * Use: `push(chunk)`, then `next()` until it returns undefined. A message is
 * valid until the following `push`.
 */
export class Framer {
  #maxSize: number;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** The cut-off message being gathered. */
  #partial: Uint8Array | undefined;
  #have = 0;
  /** Its size, once the four bytes that say so are there. */
  #size = 0;

  constructor({ maxSize }: FramerOptions) {
    this.#maxSize = maxSize;
  }

  /** The largest message accepted from now on, after a Tversion has settled the msize. */
  set maxSize(bytes: number) {
    this.#maxSize = bytes;
  }

  /** True when the stream may end here: no message is cut off. */
  get idle(): boolean {
    return this.#have === 0 && this.#at === this.#chunk.length;
  }

  /**
   * Where a cut-off message wants its next bytes. A transport that receives
   * straight into it and then calls {@link filled} saves a copy of large writes.
   * Undefined while nothing, or not even a size, is there.
   */
  room(): Uint8Array | undefined {
    if (this.#size === 0 || this.#at < this.#chunk.length) return undefined;
    return this.#grown().subarray(this.#have, this.#size);
  }

  /** Tells that the first `count` bytes of {@link room} have been received. */
  filled(count: number): void {
    this.#have += count;
  }

  /** Gives the next bytes of the stream. Call {@link next} until undefined first. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /**
   * The next whole message, or undefined when more bytes are needed.
   * @throws WireError when a message claims to be larger than maxSize or smaller
   *   than its header: the stream cannot be followed any further.
   */
  next(): Uint8Array | undefined {
    if (this.#have > 0) return this.#finishPartial();
    const chunk = this.#chunk;
    const at = this.#at;
    const left = chunk.length - at;
    if (left >= 4) {
      const size = this.#checkedSize(chunk, at);
      if (left >= size) {
        this.#at = at + size;
        return at === 0 && left === size ? chunk : chunk.subarray(at, at + size);
      }
      this.#size = size;
    }
    if (left > 0) this.#gather(left);
    return undefined;
  }

  #finishPartial(): Uint8Array | undefined {
    if (this.#size === 0) {
      this.#gather(Math.min(4 - this.#have, this.#chunk.length - this.#at));
      if (this.#have < 4) return undefined;
      this.#size = this.#checkedSize(this.#partial!, 0);
    }
    this.#gather(Math.min(this.#size - this.#have, this.#chunk.length - this.#at));
    if (this.#have < this.#size) return undefined;
    const frame = this.#partial!.subarray(0, this.#size);
    this.#partial = undefined;
    this.#have = 0;
    this.#size = 0;
    return frame;
  }

  #gather(count: number): void {
    if (count <= 0) return;
    let into = this.#grown();
    let left = count;
    for (;;) {
      const part = Math.min(left, into.length - this.#have);
      into.set(this.#chunk.subarray(this.#at, this.#at + part), this.#have);
      this.#at += part;
      this.#have += part;
      left -= part;
      if (left === 0) return;
      into = this.#grown();
    }
  }

  /** The gathering buffer, with room for at least one byte more. */
  #grown(): Uint8Array {
    const old = this.#partial;
    if (old && this.#have < old.length) return old;
    const room = Math.min(this.#size || HEADER_SIZE, old ? this.#size : FIRST_ROOM);
    const grown = new Uint8Array(room);
    if (old) grown.set(old.subarray(0, this.#have));
    this.#partial = grown;
    return grown;
  }

  #checkedSize(bytes: Uint8Array, at: number): number {
    const size = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
    if (size < HEADER_SIZE)
      throw new WireError(`a message claims to be ${size} bytes long, less than its header`);
    if (size > this.#maxSize) {
      throw new WireError(`a message claims to be ${size} bytes long; the limit is ${this.#maxSize}`);
    }
    return size;
  }
}
