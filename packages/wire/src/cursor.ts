import { decodeText, encodeTextInto } from "./text.js";
import type { Dialect } from "./constants.js";
import { VERSION_9P2000_L } from "./constants.js";

const EMPTY = new Uint8Array(0);
const EMPTY_VIEW = new DataView(new ArrayBuffer(0));

/**
 * Reads little-endian fields from a message in place. A read past the end sets
 * {@link overrun} and returns zeros, so a decoder checks once, at its end.
 * One reader serves a whole connection: {@link reset} points it at each frame.
 */
export class Reader {
  /** Fields that depend on the dialect read it here. */
  dialect: Dialect = VERSION_9P2000_L;
  /** True once a read went past the end of the message. */
  overrun = false;
  #bytes: Uint8Array = EMPTY;
  #view: DataView = EMPTY_VIEW;
  #at = 0;
  #end = 0;

  /** Reads on from `bytes[start, end)`. The bytes are not copied. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
    this.#bytes = bytes;
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
      this.overrun = true;
      this.#at = this.#end;
      return -1;
    }
    this.#at = at + size;
    return at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes[at]!;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#bytes[at]! | (this.#bytes[at + 1]! << 8);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(this.#bytes.byteOffset + at, true);
  }

  u64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.#view.getBigUint64(this.#bytes.byteOffset + at, true);
  }

  /** s[2]: a length and that many bytes of text. */
  string(): string {
    const size = this.u16();
    const at = this.#take(size);
    return at < 0 ? "" : decodeText(this.#bytes, at, at + size);
  }

  /** The next `size` bytes as a view of the message. */
  bytes(size: number): Uint8Array {
    const at = this.#take(size);
    return at < 0 ? EMPTY : this.#bytes.subarray(at, at + size);
  }
}

/**
 * Writes little-endian fields into a caller's buffer. A write past the end sets
 * {@link overrun} and writes nothing more, so an encoder checks once, at its end.
 */
export class Writer {
  /** Fields that depend on the dialect read it here. */
  dialect: Dialect = VERSION_9P2000_L;
  /** True once a write went past the end of the buffer. */
  overrun = false;
  #bytes: Uint8Array = EMPTY;
  #view: DataView = EMPTY_VIEW;
  #at = 0;

  /** Writes on into `bytes` from `start`. */
  reset(bytes: Uint8Array, start = 0): this {
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
    this.#bytes = bytes;
    this.#at = start;
    this.overrun = false;
    return this;
  }

  /** Offset in the buffer of the next byte written. */
  get position(): number {
    return this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at) {
      this.overrun = true;
      return -1;
    }
    this.#at = at + size;
    return at;
  }

  u8(value: number): void {
    const at = this.#take(1);
    if (at >= 0) this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#take(2);
    if (at >= 0) this.#view.setUint16(this.#bytes.byteOffset + at, value, true);
  }

  u32(value: number): void {
    const at = this.#take(4);
    if (at >= 0) this.#view.setUint32(this.#bytes.byteOffset + at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#take(8);
    if (at >= 0) this.#view.setBigUint64(this.#bytes.byteOffset + at, value, true);
  }

  /** s[2]: at most 65,535 bytes of text; longer is an overrun. */
  string(text: string): void {
    const at = this.#take(2);
    if (at < 0) return;
    const size = encodeTextInto(text, this.#bytes, at + 2);
    if (size < 0 || size > 0xffff) {
      this.overrun = true;
      return;
    }
    this.#view.setUint16(this.#bytes.byteOffset + at, size, true);
    this.#at = at + 2 + size;
  }

  /** Copies `data`, unless it already lies where it would be written. */
  bytes(data: Uint8Array): void {
    const at = this.#take(data.length);
    if (at < 0) return;
    const inPlace = data.buffer === this.#bytes.buffer && data.byteOffset === this.#bytes.byteOffset + at;
    if (!inPlace) this.#bytes.set(data, at);
  }

  /** Overwrites four bytes written before, such as a size known only at the end. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(this.#bytes.byteOffset + at, value, true);
  }

  /** Overwrites two bytes written before. */
  patchU16(at: number, value: number): void {
    this.#view.setUint16(this.#bytes.byteOffset + at, value, true);
  }
}
