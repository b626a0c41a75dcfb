import type { GuestMemory } from "../guest-memory.js";

/** A request of the driver: the memory of one descriptor chain. */
export interface Chain {
  /** The index of its first descriptor, by which the driver knows it. */
  readonly head: number;
  /** What the device reads, in order; neighbours in memory are one piece. */
  readonly readable: Uint8Array[];
  /** What the device may write, in order. */
  readonly writable: Uint8Array[];
  /** Where its memory is; held until the chain is given back. */
  readonly memory: GuestMemory;
}
