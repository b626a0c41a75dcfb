import {
  DESC_SIZE,
  VIRTQ_AVAIL_F_NO_INTERRUPT,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
  VIRTQ_USED_F_NO_NOTIFY,
  availRingBytes,
  descTableBytes,
  passes,
  usedRingBytes,
} from "../layout.js";
import type { GuestMemory } from "../guest-memory.js";
import type { RingAddresses } from "../vhost-user-protocol.js";
import type { Chain } from "./chain.js";

/**
 * Most descriptors of one chain, direct or in an indirect table: more could not be read or
 * written at once (IOV_MAX). A table may be longer than its queue; Linux's for 9P have up to 128.
 */
const MAX_DESCRIPTORS = 1024;
const TWO_32 = 0x1_0000_0000;

/** Thrown for what a driver must not put into a ring: the ring is of no use until it is started anew. */
export class RingError extends Error {
  override readonly name = "RingError";
}

export interface RingOptions {
  /** Descriptors, a power of two up to 32768. */
  readonly size: number;
  /** Where its parts are, in the front end's addresses. */
  readonly addresses: RingAddresses;
  /** VIRTIO_F_EVENT_IDX was negotiated. */
  readonly eventIndex: boolean;
  /** VIRTIO_F_INDIRECT_DESC was negotiated. */
  readonly indirect: boolean;
  /** The index of the next available entry. */
  readonly base: number;
}

/**
 * The device's side of a split virtqueue (virtio 1.3, section 2.7). The ring is
 * in the guest's memory: each field is read once, checked, and only then used.
 */
export class Ring {
  readonly size: number;
  readonly #options: RingOptions;
  #memory!: GuestMemory;
  /** Descriptors as 32-bit words: addr[2] len flags|next. */
  #descriptors!: Uint32Array;
  /** flags, idx, ring[size], used_event. */
  #available!: Uint16Array;
  /** flags, idx as 16-bit words; avail_event is the last one. */
  #used!: Uint16Array;
  /** The same as 32-bit words: elements begin at word 1. */
  #usedElements!: Uint32Array;
  /** The next available entry to take. */
  #next: number;
  /** The next used entry to fill. */
  #usedIndex: number;
  /** The used index up to which the driver has been told. */
  #signalled: number;
  /** Nothing has been told yet: what the driver has asked for may be from before. */
  #fresh = true;
  /** Chains taken and not given back. */
  #held = 0;

  /** @throws RingError when it is not where it could be */
  constructor(memory: GuestMemory, options: RingOptions) {
    this.size = options.size;
    this.#options = options;
    this.#map(memory);
    this.#next = options.base;
    // What was used before is only known to the ring itself.
    this.#usedIndex = Atomics.load(this.#used, 1);
    this.#signalled = this.#usedIndex;
  }

  /** The index of the next available entry: what GET_VRING_BASE asks for. */
  get base(): number {
    return this.#next;
  }

  /** Chains taken and not given back. */
  get held(): number {
    return this.#held;
  }

  /** The same ring after the guest's memory has changed. @throws RingError when it is not in there */
  remap(memory: GuestMemory): void {
    const old = this.#memory;
    this.#map(memory);
    old.release();
  }

  /** Lets go of the guest's memory; the ring may not be used any more. */
  close(): void {
    this.#memory.release();
  }

  #map(memory: GuestMemory): void {
    const { size, addresses } = this.#options;
    const part = (what: string, user: number, bytes: number, alignment: number): Uint8Array<ArrayBuffer> => {
      const address = memory.fromUser(user);
      const found = address === undefined ? undefined : memory.whole(address, bytes);
      if (!found) throw new RingError(`${what} at 0x${user.toString(16)} is outside the guest's memory`);
      if (user % alignment !== 0) throw new RingError(`${what} at 0x${user.toString(16)} is not aligned`);
      return found;
    };
    const descriptors = part("its descriptor table", addresses.descriptors, descTableBytes(size), 16);
    const available = part("its available ring", addresses.available, availRingBytes(size), 2);
    const used = part("its used ring", addresses.used, usedRingBytes(size), 4);
    this.#descriptors = new Uint32Array(descriptors.buffer, 0, size * 4);
    this.#available = new Uint16Array(available.buffer, 0, size + 3);
    this.#used = new Uint16Array(used.buffer, 0, size * 4 + 3);
    this.#usedElements = new Uint32Array(used.buffer, 0, size * 2 + 1);
    this.#memory = memory.retain();
  }

  /**
   * The next chain that the driver has made available; undefined when there is none.
   * @throws RingError for a chain that cannot be
   */
  take(): Chain | undefined {
    const available = (Atomics.load(this.#available, 1) - this.#next) & 0xffff;
    if (available === 0) return undefined;
    if (available > this.size)
      throw new RingError(`${available} available entries in a ring of ${this.size}`);
    const head = this.#available[2 + (this.#next & (this.size - 1))]!;
    if (head >= this.size) throw new RingError(`descriptor ${head} of ${this.size}`);
    if (this.#held >= this.size) throw new RingError("more chains than descriptors");
    const chain: Chain = { head, memory: this.#memory, readable: [], writable: [] };
    this.#walk(chain, head);
    this.#next = (this.#next + 1) & 0xffff;
    this.#held++;
    this.#memory.retain();
    return chain;
  }

  #walk(chain: Chain, head: number): void {
    let table = this.#descriptors;
    let count = this.size;
    let index = head;
    let indirect = false;
    for (let seen = 0; ; seen++) {
      if (seen >= Math.min(count, MAX_DESCRIPTORS)) throw new RingError("a chain that does not end");
      const word = index * 4;
      const address = table[word]! + table[word + 1]! * TWO_32;
      const length = table[word + 2]!;
      const flagsAndNext = table[word + 3]!;
      const flags = flagsAndNext & 0xffff;
      if (flags & VIRTQ_DESC_F_INDIRECT) {
        if (!this.#options.indirect || indirect || flags & VIRTQ_DESC_F_NEXT)
          throw new RingError("an indirect descriptor where none may be");
        table = this.#indirectTable(address, length);
        count = table.length / 4;
        index = 0;
        indirect = true;
        seen = -1;
        continue;
      }
      this.#add(chain, address, length, (flags & VIRTQ_DESC_F_WRITE) !== 0);
      if ((flags & VIRTQ_DESC_F_NEXT) === 0) return;
      index = flagsAndNext >>> 16;
      if (index >= count) throw new RingError(`descriptor ${index} of ${count}`);
    }
  }

  #add(chain: Chain, address: number, length: number, writable: boolean): void {
    if (length === 0) throw new RingError("a descriptor of no bytes");
    if (!writable && chain.writable.length > 0)
      throw new RingError("a descriptor to read behind one to write");
    const into = writable ? chain.writable : chain.readable;
    if (!this.#memory.take(address, length, into)) {
      throw new RingError(`${length} bytes at 0x${address.toString(16)}, which is not the guest's memory`);
    }
  }

  /** A copy: the driver could change what was checked. */
  #indirectTable(address: number, bytes: number): Uint32Array {
    const count = bytes / DESC_SIZE;
    if (count < 1 || !Number.isInteger(count) || count > MAX_DESCRIPTORS)
      throw new RingError(`an indirect table of ${bytes} bytes`);
    const pieces: Uint8Array[] = [];
    if (!this.#memory.take(address, bytes, pieces))
      throw new RingError(`an indirect table at 0x${address.toString(16)}, which is not the guest's memory`);
    const copy = new Uint8Array(bytes);
    let at = 0;
    for (const piece of pieces) {
      copy.set(piece, at);
      at += piece.length;
    }
    return new Uint32Array(copy.buffer);
  }

  /** Gives a chain back to the driver, `written` bytes of whose memory were written. Tell it with {@link shouldSignal}. */
  give(chain: Chain, written: number): void {
    const element = 1 + (this.#usedIndex & (this.size - 1)) * 2;
    this.#usedElements[element] = chain.head;
    this.#usedElements[element + 1] = written;
    this.#usedIndex = (this.#usedIndex + 1) & 0xffff;
    // The index is what publishes the element.
    Atomics.store(this.#used, 1, this.#usedIndex);
    this.#held--;
    chain.memory.release();
  }

  /** Whether the driver wants an interrupt for what was given back since the last call. */
  shouldSignal(): boolean {
    const before = this.#signalled;
    if (before === this.#usedIndex) return false;
    this.#signalled = this.#usedIndex;
    if (this.#fresh) {
      this.#fresh = false;
      return true;
    }
    // Atomic: must be read after the index was written, or both sides would wait for each other.
    if (this.#options.eventIndex) {
      return passes(Atomics.load(this.#available, 2 + this.size), this.#usedIndex, before);
    }
    return (Atomics.load(this.#available, 0) & VIRTQ_AVAIL_F_NO_INTERRUPT) === 0;
  }

  /** Asks for a kick when something becomes available. True when something already has: take it first. */
  wantKicks(): boolean {
    if (this.#options.eventIndex) Atomics.store(this.#used, this.#used.length - 1, this.#next);
    else Atomics.store(this.#used, 0, 0);
    return Atomics.load(this.#available, 1) !== this.#next;
  }

  /** Asks for no kicks while the ring is looked at anyway. */
  refuseKicks(): void {
    // With event indices a stale one already does that.
    if (!this.#options.eventIndex) Atomics.store(this.#used, 0, VIRTQ_USED_F_NO_NOTIFY);
  }
}
