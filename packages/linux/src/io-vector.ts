import { NativeMemory, addressOfRange } from "./native-memory.js";

const IOV_MAX = 1024;

/**
 * A list of memory areas for one read or write (struct iovec, iovec(3type)).
 * Filled by hand and used again: nothing is allocated per call. It keeps the
 * buffers that it names alive.
 */
export class IoVector {
  readonly capacity: number;
  readonly #memory: NativeMemory;
  readonly #owners: unknown[] = [];
  #count = 0;
  #byteLength = 0;

  /** @param capacity Most areas, 1 to 1024 (IOV_MAX). @throws RangeError */
  constructor(capacity: number) {
    if (!(capacity >= 1 && capacity <= IOV_MAX)) {
      throw new RangeError(`an I/O vector has 1 to ${IOV_MAX} areas, not ${capacity}`);
    }
    this.capacity = capacity;
    this.#memory = new NativeMemory(capacity * 16);
  }

  /** How many areas there are. */
  get count(): number {
    return this.#count;
  }

  /** Bytes in all of them. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Where the kernel finds the list. */
  get address(): number {
    return this.#memory.address;
  }

  /** Forgets all areas. */
  clear(): void {
    this.#owners.length = 0;
    this.#count = 0;
    this.#byteLength = 0;
  }

  /** Appends `bytes[start, start + length)`. @throws RangeError beyond the buffer or the capacity */
  push(bytes: Uint8Array, start = 0, length: number = bytes.length - start): void {
    this.pushAddress(addressOfRange(bytes, start, length), length);
    this.#owners.push(bytes.buffer);
  }

  /**
   * Appends memory by its address, of a Mapping for instance. Nothing checks
   * that it is there or stays there. @throws RangeError beyond the capacity
   */
  pushAddress(address: number, length: number): void {
    const index = this.#count;
    if (index >= this.capacity) throw new RangeError(`this I/O vector has room for ${this.capacity} areas`);
    this.#memory.setUint64(index * 4, address);
    this.#memory.setUint64(index * 4 + 2, length);
    this.#count = index + 1;
    this.#byteLength += length;
  }
}
