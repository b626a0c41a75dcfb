import { checkFid } from "./fid.js";
import { FidTableFullError } from "./fid-table-full-error.js";
import type { FidTable } from "./fid-table.js";
import { maxFidsOf, type FidTableOptions } from "./max-fids.js";

/**
 * A table on JavaScript's own Map, to measure against. Fast on average; but a Map rehashes all at once when
 * it grows or shrinks: one insert among a million takes tens of milliseconds. And V8 hashes numbers
 * without a seed: a client can pick fids that make every operation walk thousands of others.
 */
export class MapFidTable<T extends object> implements FidTable<T> {
  readonly maxFids: number;
  readonly #map = new Map<number, T>();

  /** @throws RangeError when `maxFids` is not an integer from 1 to 16,777,216. */
  constructor(options: FidTableOptions = {}) {
    this.maxFids = maxFidsOf(options);
  }

  get size(): number {
    return this.#map.size;
  }

  get(fid: number): T | undefined {
    return this.#map.get(fid);
  }

  insert(fid: number, entry: T): boolean {
    checkFid(fid);
    if (this.#map.has(fid)) return false;
    if (this.#map.size >= this.maxFids) throw new FidTableFullError(fid, this.maxFids);
    this.#map.set(fid, entry);
    return true;
  }

  delete(fid: number): T | undefined {
    const entry = this.#map.get(fid);
    if (entry !== undefined) this.#map.delete(fid);
    return entry;
  }

  entries(): IterableIterator<[number, T]> {
    return this.#map.entries();
  }

  values(): IterableIterator<T> {
    return this.#map.values();
  }

  clear(): void {
    this.#map.clear();
  }
}
