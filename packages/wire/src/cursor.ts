import { VERSION_9P2000_L, type Dialect } from "./constants.js";
import { decodeText, encodeTextInto } from "./text.js";

const EMPTY = new Uint8Array(0);
const EMPTY_VIEW = new DataView(new ArrayBuffer(0));

/** Most bytes of a string and most elements of a list: their counts are u16. */
export const MAX_U16 = 0xffff;

/**
 * Reads little-endian fields from a message in place. A read past the end sets
 * {@link overrun} and returns zeros, so a decoder checks once, at its end.
 * One reader serves a whole connection: {@link reset} points it at each frame.
 */
export class Reader {
  /** Fields that depend on the dialect read it here; it outlives {@link reset}. */
  dialect: Dialect = VERSION_9P2000_L;
  /** True once a read went past the end of the message; every later read then does too. */
  overrun = false;
  #bytes: Uint8Array = EMPTY;
  #view: DataView = EMPTY_VIEW;
  /** Offset of `#bytes` in its buffer, which is what `#view` counts from. */
  #base = 0;
  #at = 0;
  #end = 0;

  /**
   * Reads on from `bytes[start, end)`. The bytes are not copied.
   * @throws RangeError when that range is not within `bytes`.
   */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    if (!(start >= 0 && start <= end && end <= bytes.length))
      throw new RangeError(`cannot read [${start}, ${end}) of ${bytes.length} bytes`);
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
    this.#bytes = bytes;
    this.#base = bytes.byteOffset;
    this.#at = start;
    this.#end = end;
    this.overrun = false;
    return this;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.#end - at) {
      this.fail();
      return -1;
    }
    this.#at = at + size;
    return at;
  }

  /** Marks the message as wrong: sets {@link overrun} and leaves nothing to read. */
  fail(): void {
    this.overrun = true;
    this.#at = this.#end;
  }

  /** An integer of one byte, 0 to 255. */
  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(this.#base + at);
  }

  /** An integer of two bytes, 0 to 65,535. */
  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(this.#base + at, true);
  }

  /** An integer of four bytes, 0 to 2^32 - 1. */
  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(this.#base + at, true);
  }

  /** An integer of eight bytes, 0 to 2^64 - 1. */
  u64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.#view.getBigUint64(this.#base + at, true);
  }

  /** s[2]: a length and that many bytes of text, decoded as {@link decodeText} does. */
  string(): string {
    const size = this.u16();
    const at = this.#take(size);
    return at < 0 ? "" : decodeText(this.#bytes, at, at + size);
  }

  /** The next `size` bytes (a non-negative integer) as a view of the message, not a copy. */
  bytes(size: number): Uint8Array {
    const at = this.#take(size);
    return at < 0 ? EMPTY : this.#bytes.subarray(at, at + size);
  }
}

/**
 * Writes little-endian fields into a caller's buffer. A write past the end sets
 * {@link overrun}, and neither it nor any later one writes a byte, so an encoder
 * checks once, at its end. An integer out of its range is written modulo the
 * range: -1 and -1n become the largest value.
 */
export class Writer {
  /** Fields that depend on the dialect read it here; it outlives {@link reset}. */
  dialect: Dialect = VERSION_9P2000_L;
  /** True once a write went past the end of the buffer or a value was too long for its field. */
  overrun = false;
  #bytes: Uint8Array = EMPTY;
  #view: DataView = EMPTY_VIEW;
  /** Offset of `#bytes` in its buffer, which is what `#view` counts from. */
  #base = 0;
  #at = 0;
  #end = 0;

  /**
   * Writes on into `bytes` from `start` to its end.
   * @throws RangeError when `start` is not within `bytes`.
   */
  reset(bytes: Uint8Array, start = 0): this {
    if (!(start >= 0 && start <= bytes.length))
      throw new RangeError(`cannot write at ${start} of ${bytes.length} bytes`);
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
    this.#bytes = bytes;
    this.#base = bytes.byteOffset;
    this.#at = start;
    this.#end = bytes.length;
    this.overrun = false;
    return this;
  }

  /** Offset in the buffer of the next byte written. */
  get position(): number {
    return this.#at;
  }

  /** Bytes that can still be written; 0 after an {@link overrun}. */
  get room(): number {
    return this.#end - this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.#end - at) {
      this.fail();
      return -1;
    }
    this.#at = at + size;
    return at;
  }

  /** Gives up on the message: sets {@link overrun} and leaves no room, for a value that no buffer can hold. */
  fail(): void {
    this.overrun = true;
    this.#end = this.#at;
  }

  /** An integer of one byte. */
  u8(value: number): void {
    const at = this.#take(1);
    if (at >= 0) this.#view.setUint8(this.#base + at, value);
  }

  /** An integer of two bytes. */
  u16(value: number): void {
    const at = this.#take(2);
    if (at >= 0) this.#view.setUint16(this.#base + at, value, true);
  }

  /** An integer of four bytes. */
  u32(value: number): void {
    const at = this.#take(4);
    if (at >= 0) this.#view.setUint32(this.#base + at, value, true);
  }

  /** An integer of eight bytes. */
  u64(value: bigint): void {
    const at = this.#take(8);
    if (at >= 0) this.#view.setBigUint64(this.#base + at, value, true);
  }

  /** s[2]: at most 65,535 bytes of text, encoded as {@link encodeTextInto} does; longer is an overrun. */
  string(text: string): void {
    const at = this.#at;
    // No UTF-16 unit takes less than a byte, so this refuses before encoding.
    if (text.length > MAX_U16 || text.length > this.#end - at - 2) {
      this.fail();
      return;
    }
    const size = encodeTextInto(text, this.#bytes, at + 2);
    if (size < 0 || size > MAX_U16) {
      this.fail();
      return;
    }
    this.#view.setUint16(this.#base + at, size, true);
    this.#at = at + 2 + size;
  }

  /** Copies `data`, unless it already lies where it would be written. */
  bytes(data: Uint8Array): void {
    const at = this.#take(data.length);
    if (at < 0) return;
    const inPlace = data.buffer === this.#bytes.buffer && data.byteOffset === this.#base + at;
    if (!inPlace) this.#bytes.set(data, at);
  }

  /** Overwrites the four bytes at offset `at`, written before, such as a size known only at the end. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(this.#base + at, value, true);
  }

  /** Overwrites the two bytes at offset `at`, written before. */
  patchU16(at: number, value: number): void {
    this.#view.setUint16(this.#base + at, value, true);
  }
}
