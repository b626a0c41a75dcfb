import type { GuestMemory } from "../guest-memory.js";

/**
 * A request of the driver: the memory of one descriptor chain. All of it is the
 * guest's, who may change it at any time: what is checked must be copied first.
 */
export interface Chain {
  /** What the device reads, in order; neighbours in memory are one piece. */
  readonly readable: readonly Uint8Array[];
  /** What the device may write, in order. */
  readonly writable: readonly Uint8Array[];
}

/** What the queue itself knows of a chain. */
export interface QueuedChain extends Chain {
  /** The index of its first descriptor, by which the driver knows it. */
  readonly head: number;
  /** Where its memory is; held until the chain is done. */
  readonly memory: GuestMemory;
}
