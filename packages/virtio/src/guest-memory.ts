import { fstatSync } from "node:fs";
import { Mapping } from "@ninep/linux";
import { ProtocolError, type MemoryRegion } from "./vhost-user-protocol.js";

/** Memory is viewed in pieces of this size: an ArrayBuffer has at most 4 GiB on Node 20. */
const VIEW_BYTES = 2 ** 30;
const PAGE_BYTES = 4096;
/** Most of an address space that one region may take, 2^46: half of what x64 has. */
const MAX_REGION = 2 ** 46;

/** One region of the guest's memory, mapped here for as long as somebody holds it. */
export class MappedRegion {
  readonly region: MemoryRegion;
  readonly #mapping: Mapping;
  readonly #views: Uint8Array[] = [];
  #holders = 1;

  /** Maps what `fd` holds; the descriptor stays the caller's. */
  constructor(region: MemoryRegion, fd: number) {
    const { guestAddress, size, userAddress, fileOffset } = region;
    const where = `a memory region of ${size} bytes at 0x${guestAddress.toString(16)}`;
    if (size === 0 || size > MAX_REGION) throw new ProtocolError(where);
    for (const value of [guestAddress, size, userAddress, fileOffset])
      if (value % PAGE_BYTES !== 0) throw new ProtocolError(`${where} that is not made of pages`);
    for (const end of [guestAddress + size, userAddress + size, fileOffset + size])
      if (!Number.isSafeInteger(end)) throw new ProtocolError(`${where} that wraps around`);
    // A page beyond the file's end would kill this process when touched.
    if (fstatSync(fd).size < fileOffset + size)
      throw new ProtocolError(`${where} beyond the end of its file`);
    this.region = region;
    // From the file's start: an offset may be no multiple of a huge page.
    this.#mapping = new Mapping(fd, fileOffset + size);
  }

  /** Whether `[address, address + bytes)` of the guest lies in here. */
  holds(address: number, bytes: number): boolean {
    const { guestAddress, size } = this.region;
    return address >= guestAddress && address + bytes <= guestAddress + size;
  }

  /** The bytes from the guest's `address` on, at most `bytes`; fewer where a view or the region ends. */
  take(address: number, bytes: number): Uint8Array {
    const offset = address - this.region.guestAddress;
    const index = Math.floor(offset / VIEW_BYTES);
    const start = index * VIEW_BYTES;
    const view = (this.#views[index] ??= this.#mapping.view(
      this.region.fileOffset + start,
      Math.min(VIEW_BYTES, this.region.size - start),
    ));
    return view.subarray(offset - start, Math.min(view.length, offset - start + bytes));
  }

  /** `bytes` at the guest's `address` as an array of their own, whichever views they lie in. */
  whole(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return this.#mapping.view(this.region.fileOffset + address - this.region.guestAddress, bytes);
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  /** Unmaps the memory with its last holder. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#views.length = 0;
    this.#mapping.unmap();
  }
}

/**
 * The guest's memory as it was told at one moment. A change makes another one;
 * this one stays mapped until everything that was taken from it is done with.
 * Every address from outside goes through here.
 */
export class GuestMemory {
  readonly regions: readonly MappedRegion[];
  #holders = 1;
  #last: MappedRegion | undefined;

  /** Holds each of the regions. @throws ProtocolError when two overlap */
  constructor(regions: readonly MappedRegion[]) {
    const sorted = [...regions].sort((a, b) => a.region.guestAddress - b.region.guestAddress);
    sorted.forEach(({ region }, index) => {
      const before = sorted[index - 1]?.region;
      if (before && before.guestAddress + before.size > region.guestAddress)
        throw new ProtocolError(`two memory regions at 0x${region.guestAddress.toString(16)}`);
    });
    this.regions = sorted.map((region) => region.retain());
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders > 0) return;
    this.#last = undefined;
    for (const region of this.regions) region.release();
  }

  /**
   * Appends the guest's `[address, address + bytes)` to `into`, in as few pieces
   * as it lies in; one that goes on where the last left off becomes part of it.
   * False when any of it is outside the memory.
   */
  take(address: number, bytes: number, into: Uint8Array[]): boolean {
    while (bytes > 0) {
      const region = this.#find(address);
      if (!region) return false;
      const piece = region.take(address, bytes);
      const last = into.at(-1);
      if (last?.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset) {
        into[into.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + piece.length);
      } else {
        into.push(piece);
      }
      address += piece.length;
      bytes -= piece.length;
    }
    return true;
  }

  /** The guest's `[address, address + bytes)` as one array; undefined unless it is all in one region. */
  whole(address: number, bytes: number): Uint8Array<ArrayBuffer> | undefined {
    const region = this.#find(address);
    return region?.holds(address, bytes) ? region.whole(address, bytes) : undefined;
  }

  /** The guest's address of what the front end has at `userAddress`. */
  fromUser(userAddress: number): number | undefined {
    for (const { region } of this.regions) {
      const offset = userAddress - region.userAddress;
      if (offset >= 0 && offset < region.size) return region.guestAddress + offset;
    }
    return undefined;
  }

  #find(address: number): MappedRegion | undefined {
    if (!this.#last?.holds(address, 1)) {
      const found = this.regions.find((region) => region.holds(address, 1));
      if (!found) return undefined;
      this.#last = found;
    }
    return this.#last;
  }
}
