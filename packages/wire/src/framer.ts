import { HEADER_SIZE } from "./constants.js";
import { WireError } from "./message.js";

/** Room that a cut-off message gets at first: its announced size is only a claim. */
const FIRST_ROOM = 64 * 1024;
/** Bytes that say a message's size. */
const SIZE_BYTES = 4;
const EMPTY = new Uint8Array(0);

/** What a {@link Framer} needs to know. */
export interface FramerOptions {
  /** The largest message accepted, in bytes: the msize. At least {@link HEADER_SIZE}. */
  readonly maxSize: number;
}

/**
 * Cuts a byte stream into messages, however it is split. A message that lies
 * whole in a chunk is returned as a view of it; only one that is cut off is
 * gathered in a buffer of the framer's own. That buffer starts at 64 KiB, or the
 * size of the largest message gathered before, and doubles as bytes really
 * come: an announced size alone never makes it larger.
 *
 * Use: `push(chunk)`, then `next()` until it returns undefined. A message is
 * valid until the following `push`, or for as long as its chunk if that is longer.
 */
export class Framer {
  #maxSize = HEADER_SIZE;
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The cut-off message being gathered. */
  #partial: Uint8Array = EMPTY;
  #have = 0;
  /** Its size, once the four bytes that say so are there. */
  #size = 0;
  /** The first room of the next cut-off message: as much as this peer has proved to send. */
  #firstRoom = FIRST_ROOM;

  /** @throws RangeError when maxSize is not an integer of at least {@link HEADER_SIZE}. */
  constructor({ maxSize }: FramerOptions) {
    this.maxSize = maxSize;
  }

  /**
   * The largest message accepted, in bytes. Set it when a Tversion has settled
   * the msize: it holds for the messages that begin after that.
   * @throws RangeError when set to anything but an integer of at least {@link HEADER_SIZE}.
   */
  get maxSize(): number {
    return this.#maxSize;
  }

  set maxSize(bytes: number) {
    if (!Number.isInteger(bytes) || bytes < HEADER_SIZE)
      throw new RangeError(`maxSize is ${bytes}; no message is smaller than ${HEADER_SIZE} bytes`);
    this.#maxSize = bytes;
  }

  /** True when the stream may end here: no message is cut off, and none waits for {@link next}. */
  get idle(): boolean {
    return this.#have === 0 && this.#at === this.#chunk.length;
  }

  /**
   * Where a cut-off message wants its next bytes, at least one. A transport that
   * receives straight into it and then calls {@link filled} saves a copy of large
   * writes. Undefined, so {@link push} instead, while no size is known or
   * {@link next} has something to return.
   */
  room(): Uint8Array | undefined {
    if (this.#size === 0 || this.#have === this.#size || this.#at < this.#chunk.length) return undefined;
    return this.#withRoom().subarray(this.#have, this.#size);
  }

  /**
   * Tells that the first `count` bytes of {@link room} have been received. Call
   * {@link next} until undefined then.
   * @throws RangeError when there was no room for that many.
   */
  filled(count: number): void {
    const room = this.#size === 0 ? 0 : Math.min(this.#partial.length, this.#size) - this.#have;
    if (!(count >= 0 && count <= room))
      throw new RangeError(`${count} bytes cannot have come into a room of ${room}`);
    this.#have += count;
  }

  /**
   * Gives the next bytes of the stream. They are not copied and must not change
   * while their messages are in use.
   * @throws Error when {@link next} has not used up the chunk before, whose rest would be lost.
   */
  push(chunk: Uint8Array): void {
    if (this.#at < this.#chunk.length)
      throw new Error(
        `${this.#chunk.length - this.#at} bytes of the last chunk are unread; call next() until undefined`,
      );
    this.#chunk = chunk;
    this.#at = 0;
  }

  /**
   * Copies what {@link next} has not returned yet, so that the chunk's memory may
   * be used for something else before the rest is asked for.
   */
  keep(): void {
    // Not slice(): a Node Buffer's does not copy.
    this.#chunk = new Uint8Array(this.#chunk.subarray(this.#at));
    this.#at = 0;
  }

  /**
   * The next whole message, header included, or undefined when more bytes are needed.
   * @throws WireError when a message claims to be larger than maxSize or smaller
   *   than its header: the stream cannot be followed any further, and every later call throws too.
   */
  next(): Uint8Array | undefined {
    if (this.#have > 0) return this.#finishPartial();
    const chunk = this.#chunk;
    const at = this.#at;
    const left = chunk.length - at;
    if (left >= SIZE_BYTES) {
      const size = this.#checkedSize(chunk, at);
      if (left >= size) {
        this.#at = at + size;
        return at === 0 && left === size ? chunk : chunk.subarray(at, at + size);
      }
      this.#size = size;
    }
    this.#gather(left);
    return undefined;
  }

  #finishPartial(): Uint8Array | undefined {
    if (this.#size === 0) {
      this.#gather(SIZE_BYTES - this.#have);
      if (this.#have < SIZE_BYTES) return undefined;
      this.#size = this.#checkedSize(this.#partial, 0);
    }
    this.#gather(this.#size - this.#have);
    if (this.#have < this.#size) return undefined;
    const frame = this.#partial.subarray(0, this.#size);
    if (this.#size > this.#firstRoom) this.#firstRoom = this.#size;
    this.#partial = EMPTY;
    this.#have = 0;
    this.#size = 0;
    return frame;
  }

  /** Moves up to `count` bytes from the chunk to the cut-off message; lets go of a chunk that is used up. */
  #gather(count: number): void {
    let left = Math.min(count, this.#chunk.length - this.#at);
    while (left > 0) {
      const into = this.#withRoom();
      const part = Math.min(left, into.length - this.#have);
      into.set(this.#chunk.subarray(this.#at, this.#at + part), this.#have);
      this.#at += part;
      this.#have += part;
      left -= part;
    }
    if (this.#at === this.#chunk.length) {
      this.#chunk = EMPTY;
      this.#at = 0;
    }
  }

  /** The gathering buffer, with room for at least one byte more. */
  #withRoom(): Uint8Array {
    const old = this.#partial;
    if (this.#have < old.length) return old;
    const most = this.#size || SIZE_BYTES;
    const grown = new Uint8Array(Math.min(most, Math.max(this.#firstRoom, 2 * old.length)));
    grown.set(old);
    this.#partial = grown;
    return grown;
  }

  #checkedSize(bytes: Uint8Array, at: number): number {
    const size = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
    if (size < HEADER_SIZE)
      throw new WireError(`a message claims to be ${size} bytes long, less than its header`);
    if (size > this.#maxSize)
      throw new WireError(`a message claims to be ${size} bytes long; the limit is ${this.#maxSize}`);
    return size;
  }
}
