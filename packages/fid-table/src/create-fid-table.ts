import type { FidTable } from "./fid-table.js";
import { HybridFidTable } from "./hybrid-fid-table.js";
import type { FidTableOptions } from "./max-fids.js";

/**
 * A table for the fids of one connection: a `HybridFidTable`.
 *
 * @throws RangeError when `maxFids` is not an integer from 1 to 16,777,216.
 */
export function createFidTable<T extends object>(options: FidTableOptions = {}): FidTable<T> {
  return new HybridFidTable<T>(options);
}
