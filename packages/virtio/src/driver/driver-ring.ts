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
import type { RingAddresses } from "../vhost-user-protocol.js";
import type { Block, SharedMemory } from "./shared-memory.js";

const TWO_32 = 2 ** 32;

/** A buffer of a chain. */
export interface Segment {
  /** In the guest's physical memory. */
  readonly address: number;
  /** In bytes, 1 to 2^32 - 1. */
  readonly length: number;
}

export interface DriverRingOptions {
  /** Descriptors, a power of two up to 32768. */
  readonly size: number;
  /** VIRTIO_F_EVENT_IDX was negotiated. */
  readonly eventIndex: boolean;
  /** Puts chains into tables of their own (VIRTIO_F_INDIRECT_DESC), of up to so many descriptors; 0 for none. */
  readonly indirect: number;
}

/** A chain that the device has given back. */
export interface Completion {
  /** What {@link DriverRing.add} returned. */
  readonly head: number;
  /** Bytes that the device says it wrote. */
  readonly written: number;
}

/** Thrown for what a device must not put into a used ring. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}

/** The driver's side of a split virtqueue (virtio 1.3, section 2.7). */
export class DriverRing {
  readonly size: number;
  /** Where its parts are, in the front end's addresses. */
  readonly addresses: RingAddresses;
  /** The parts themselves, for tests that break the rules. */
  readonly descriptors: Uint32Array;
  readonly available: Uint16Array;
  readonly used: Uint16Array;
  readonly #options: DriverRingOptions;
  readonly #usedElements: Uint32Array;
  readonly #tables: readonly Block[];
  /** Free descriptors, the next one last. */
  readonly #free: number[] = [];
  /** Of each head that the device has: its descriptors. */
  readonly #taken = new Map<number, number[]>();
  #next = 0;
  #kicked = 0;
  #reaped = 0;

  constructor(memory: SharedMemory, options: DriverRingOptions) {
    const { size, indirect } = options;
    this.size = size;
    this.#options = options;
    const descriptors = memory.allocate(descTableBytes(size), 16);
    const available = memory.allocate(availRingBytes(size), 2);
    const used = memory.allocate(usedRingBytes(size), 4);
    this.addresses = {
      descriptors: memory.userAddress(descriptors.address),
      available: memory.userAddress(available.address),
      used: memory.userAddress(used.address),
    };
    this.descriptors = words(descriptors);
    this.available = new Uint16Array(available.bytes.buffer, available.bytes.byteOffset, size + 3);
    this.used = new Uint16Array(used.bytes.buffer, used.bytes.byteOffset, size * 4 + 3);
    this.#usedElements = new Uint32Array(used.bytes.buffer, used.bytes.byteOffset, size * 2 + 1);
    for (let i = size - 1; i >= 0; i--) this.#free.push(i);
    this.#tables =
      indirect > 0 ? Array.from({ length: size }, () => memory.allocate(indirect * DESC_SIZE)) : [];
  }

  /** Chains that the device has. */
  get pending(): number {
    return this.#taken.size;
  }

  /** Whether a chain of so many segments fits in now. */
  hasRoomFor(segments: number): boolean {
    return this.#free.length >= (this.#inTable(segments) ? 1 : segments);
  }

  /** Makes a chain available to the device and returns its head; check {@link hasRoomFor} before. */
  add(readable: readonly Segment[], writable: readonly Segment[]): number {
    const count = readable.length + writable.length;
    const segments = [...readable, ...writable];
    let head: number;
    if (this.#inTable(count)) {
      head = this.#free.pop()!;
      this.#taken.set(head, [head]);
      const table = this.#tables[head]!;
      fill(words(table), segments, readable.length, (i) => i);
      this.#write(head, { address: table.address, length: count * DESC_SIZE }, VIRTQ_DESC_F_INDIRECT);
    } else {
      const indices = this.#free.splice(this.#free.length - count).reverse();
      head = indices[0]!;
      this.#taken.set(head, indices);
      fill(this.descriptors, segments, readable.length, (i) => indices[i]!);
    }
    this.offer(head);
    return head;
  }

  /** Puts a head into the available ring, whatever it leads to. */
  offer(head: number): void {
    this.available[2 + (this.#next & (this.size - 1))] = head;
    this.#next = (this.#next + 1) & 0xffff;
    Atomics.store(this.available, 1, this.#next);
  }

  #inTable(count: number): boolean {
    return count > 1 && count <= this.#options.indirect;
  }

  #write(index: number, { address, length }: Segment, flags: number): void {
    writeDescriptor(this.descriptors, index, address, length, flags, 0);
  }

  /** Whether the device wants a kick for what was added since the last call. */
  shouldKick(): boolean {
    const before = this.#kicked;
    this.#kicked = this.#next;
    if (before === this.#next) return false;
    if (!this.#options.eventIndex) return (Atomics.load(this.used, 0) & VIRTQ_USED_F_NO_NOTIFY) === 0;
    return passes(Atomics.load(this.used, this.used.length - 1), this.#next, before);
  }

  /**
   * The next chain that the device has given back; undefined when there is none.
   * @throws DeviceError for one that it did not have
   */
  reap(): Completion | undefined {
    if (Atomics.load(this.used, 1) === this.#reaped) return undefined;
    const element = 1 + (this.#reaped & (this.size - 1)) * 2;
    const head = this.#usedElements[element]!;
    const written = this.#usedElements[element + 1]!;
    const indices = this.#taken.get(head);
    if (!indices) throw new DeviceError(`the device gave back chain ${head}, which it did not have`);
    this.#taken.delete(head);
    this.#free.push(...indices);
    this.#reaped = (this.#reaped + 1) & 0xffff;
    return { head, written };
  }

  /** Asks for an interrupt with the next chain given back. True when there is one already: reap it first. */
  wantInterrupts(): boolean {
    if (this.#options.eventIndex) Atomics.store(this.available, 2 + this.size, this.#reaped);
    else Atomics.store(this.available, 0, 0);
    return Atomics.load(this.used, 1) !== this.#reaped;
  }

  /** Asks for no interrupts; with event indices a stale one already does that. */
  refuseInterrupts(): void {
    if (!this.#options.eventIndex) Atomics.store(this.available, 0, VIRTQ_AVAIL_F_NO_INTERRUPT);
  }
}

/** Writes one struct virtq_desc into a table. */
export function writeDescriptor(
  table: Uint32Array,
  index: number,
  address: number,
  length: number,
  flags: number,
  next: number,
): void {
  table[index * 4] = address % TWO_32;
  table[index * 4 + 1] = Math.floor(address / TWO_32);
  table[index * 4 + 2] = length;
  table[index * 4 + 3] = flags | (next << 16);
}

/** Chains segments in a table, the first `readable` of them for the device to read. */
function fill(
  table: Uint32Array,
  segments: readonly Segment[],
  readable: number,
  indexOf: (i: number) => number,
): void {
  segments.forEach(({ address, length }, i) => {
    const last = i === segments.length - 1;
    const flags = (i < readable ? 0 : VIRTQ_DESC_F_WRITE) | (last ? 0 : VIRTQ_DESC_F_NEXT);
    writeDescriptor(table, indexOf(i), address, length, flags, last ? 0 : indexOf(i + 1));
  });
}

function words({ bytes }: Block): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
