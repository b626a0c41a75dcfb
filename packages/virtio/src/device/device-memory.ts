import { GuestMemory, MappedRegion } from "../guest-memory.js";
import { ProtocolError, type MemoryRegion } from "../vhost-user-protocol.js";

/** Most regions a front end may give us. */
export const MAX_MEMORY_SLOTS = 256;

/** The guest's memory as the front end tells of it: a whole table, or region by region. */
export class DeviceMemory {
  #regions: MappedRegion[] = [];
  /** As it is now; undefined before any was told. */
  current: GuestMemory | undefined;

  /** Replaces all regions. `fds[i]` holds `regions[i]`; the descriptors stay the caller's. @throws ProtocolError */
  setTable(regions: readonly MemoryRegion[], fds: readonly number[]): void {
    const mapped: MappedRegion[] = [];
    try {
      regions.forEach((region, index) => mapped.push(new MappedRegion(region, fds[index]!)));
      this.#change(mapped, this.#regions);
    } catch (error) {
      for (const region of mapped) region.release();
      throw error;
    }
  }

  /** @throws ProtocolError */
  add(region: MemoryRegion, fd: number): void {
    if (this.#regions.length >= MAX_MEMORY_SLOTS) throw new ProtocolError("too many memory regions");
    const mapped = new MappedRegion(region, fd);
    try {
      this.#change([...this.#regions, mapped], []);
    } catch (error) {
      mapped.release();
      throw error;
    }
  }

  /** @throws ProtocolError when there is no such region */
  remove({ guestAddress, userAddress, size }: MemoryRegion): void {
    const gone = this.#regions.find(
      ({ region }) =>
        region.guestAddress === guestAddress && region.userAddress === userAddress && region.size === size,
    );
    if (!gone) throw new ProtocolError(`no memory region at 0x${guestAddress.toString(16)} to remove`);
    this.#change(
      this.#regions.filter((region) => region !== gone),
      [gone],
    );
  }

  /** Lets go of all memory. */
  close(): void {
    for (const region of this.#regions.splice(0)) region.release();
    this.current?.release();
    this.current = undefined;
  }

  #change(regions: MappedRegion[], gone: readonly MappedRegion[]): void {
    const memory = new GuestMemory(regions);
    this.current?.release();
    this.current = memory;
    this.#regions = regions;
    for (const region of gone) region.release();
  }
}
