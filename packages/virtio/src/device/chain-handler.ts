/**
 * Who serves the requests of one front end, each a descriptor chain. All memory
 * of a chain is the guest's, who may change it at any time: what is checked must
 * be copied first.
 */
export interface ChainHandler {
  /** True while no more chains should be handed over; looked at again when one has been answered. */
  readonly full: boolean;
  /**
   * Serves one chain: reads from `readable`, writes to `writable` and returns how
   * many bytes it wrote, or a promise of it. The memory is there until then.
   * Throws when the driver is out of step; the queue then stops.
   */
  handle(readable: readonly Uint8Array[], writable: readonly Uint8Array[]): number | Promise<number>;
  /** Ends it: resolves when every chain has been answered. */
  close(): Promise<void>;
}
