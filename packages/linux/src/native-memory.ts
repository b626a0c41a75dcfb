import { isSupported, requireKoffi } from "./libc.js";

const TWO_32 = 0x1_0000_0000;

/**
 * Memory of our own with an address that never changes, for the structs that
 * system calls read and fill. An ArrayBuffer's memory is outside V8's heap and
 * does not move; it lives as long as this object.
 */
export class NativeMemory {
  readonly size: number;
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  /** The same memory as 32-bit words; both architectures are little-endian. */
  readonly words: Uint32Array;
  /** Exact: user addresses have at most 52 bits. 0 where the package does not work. */
  readonly address: number;

  /** @param size In bytes, a multiple of 4. */
  constructor(size: number) {
    this.size = size;
    this.buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(this.buffer);
    this.words = new Uint32Array(this.buffer);
    this.address = isSupported() ? Number(requireKoffi().address(this.buffer)) : 0;
  }

  /** Writes a 64-bit number at a word's index, in two's complement. */
  setUint64(word: number, value: number | bigint): void {
    if (typeof value === "bigint") {
      this.words[word] = Number(BigInt.asUintN(32, value));
      this.words[word + 1] = Number(BigInt.asUintN(32, value >> 32n));
    } else {
      this.words[word] = value % TWO_32;
      this.words[word + 1] = Math.floor(value / TWO_32);
    }
  }

  /** Reads an unsigned 64-bit number at a word's index; exact up to 2^53. */
  getUint64(word: number): number {
    return this.words[word]! + this.words[word + 1]! * TWO_32;
  }
}

/** Buffers that take turns, such as one to receive into and one to send from. */
const REMEMBERED = 4;
const buffers: (ArrayBufferLike | undefined)[] = Array<undefined>(REMEMBERED).fill(undefined);
const bases: number[] = Array<number>(REMEMBERED).fill(0);
let oldest = 0;

/**
 * The address of `bytes[0]`, as a number. It costs half as much as handing
 * koffi a subarray, and next to nothing for the last few buffers asked for.
 * Those are kept alive, so also until the system call that uses the address is over.
 */
export function addressOf(bytes: Uint8Array): number {
  if (bytes.byteLength === 0) return 0;
  const { buffer } = bytes;
  for (let i = 0; i < REMEMBERED; i++) if (buffers[i] === buffer) return bases[i]! + bytes.byteOffset;
  const base = Number(requireKoffi().address(bytes)) - bytes.byteOffset;
  buffers[oldest] = buffer;
  bases[oldest] = base;
  oldest = (oldest + 1) % REMEMBERED;
  return base + bytes.byteOffset;
}

/** The address of `bytes[start]` after checking that `bytes[start, start + length)` exists. */
export function addressOfRange(bytes: Uint8Array, start: number, length: number): number {
  if (!(start >= 0 && length >= 0 && start + length <= bytes.byteLength)) {
    throw new RangeError(`bytes ${start} to ${start + length} are outside a buffer of ${bytes.byteLength}`);
  }
  return addressOf(bytes) + start;
}
