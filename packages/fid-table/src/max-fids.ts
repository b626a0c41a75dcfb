/** Fids per connection unless said otherwise: 1,048,576. */
export const DEFAULT_MAX_FIDS = 0x10_0000;

/** The most that `maxFids` may be: 16,777,216. */
export const LARGEST_MAX_FIDS = 0x100_0000;

/** What every table takes. */
export interface FidTableOptions {
  /** The most fids in use at once, from 1 to 16,777,216. Default: 1,048,576. */
  readonly maxFids?: number | undefined;
}

/**
 * The bound that the options ask for.
 *
 * @throws RangeError when `maxFids` is not an integer from 1 to 16,777,216.
 */
export function maxFidsOf(options: FidTableOptions): number {
  const { maxFids = DEFAULT_MAX_FIDS } = options;
  if (!Number.isInteger(maxFids) || maxFids < 1 || maxFids > LARGEST_MAX_FIDS) {
    throw new RangeError(`maxFids is ${maxFids}; it must be an integer from 1 to ${LARGEST_MAX_FIDS}`);
  }
  return maxFids;
}
