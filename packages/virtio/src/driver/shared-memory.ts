import { Mapping, close, ftruncate, memfdCreate } from "@ninep/linux";
import type { MemoryRegion } from "../vhost-user-protocol.js";

const PAGE = 4096;
/** Beyond 4 GiB, so that every address needs more than 32 bits. */
const GUEST_ADDRESS = 2 ** 32;

/** A piece of shared memory. */
export interface Block {
  /** Where it is in the guest's physical memory. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * What a driver without a VM has for guest memory: a file in memory that the
 * device maps too. Pages are only taken when they are touched.
 */
export class SharedMemory {
  /** The file, for the device. */
  readonly fd: number;
  readonly region: MemoryRegion;
  readonly #mapping: Mapping;
  #used = 0;

  /**
   * @param size In bytes, rounded up to pages.
   * @param guestAddress Where the guest has it. Default 4 GiB.
   * @throws SystemError
   */
  constructor(size: number, guestAddress = GUEST_ADDRESS) {
    const rounded = Math.ceil(size / PAGE) * PAGE;
    this.fd = memfdCreate("ninep-driver");
    try {
      ftruncate(this.fd, rounded);
      this.#mapping = new Mapping(this.fd, rounded);
    } catch (error) {
      close(this.fd);
      throw error;
    }
    this.region = { guestAddress, size: rounded, userAddress: this.#mapping.address, fileOffset: 0 };
  }

  /** The next `bytes` of it, all zeros. They are never given back. @throws RangeError when there are not so many */
  allocate(bytes: number, alignment = 16): Block {
    const start = Math.ceil(this.#used / alignment) * alignment;
    if (start + bytes > this.region.size)
      throw new RangeError(`${bytes} bytes do not fit into what is left of ${this.region.size}`);
    this.#used = start + bytes;
    return { address: this.region.guestAddress + start, bytes: this.#mapping.view(start, bytes) };
  }

  /** Where the front end has what the guest has at `address`: ring addresses are given so. */
  userAddress(address: number): number {
    return address - this.region.guestAddress + this.region.userAddress;
  }

  /** Gives it all back. Its blocks may not be touched any more. */
  close(): void {
    this.#mapping.unmap();
    close(this.fd);
  }
}
