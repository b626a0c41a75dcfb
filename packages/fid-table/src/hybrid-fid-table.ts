import { DENSE_PAGE_FIDS, DENSE_PAGE_SHIFT, DenseFids } from "./dense-fids.js";
import { checkFid } from "./fid.js";
import { FidTableFullError } from "./fid-table-full-error.js";
import type { FidTable } from "./fid-table.js";
import type { FidTableStats } from "./fid-table-stats.js";
import { maxFidsOf, type FidTableOptions } from "./max-fids.js";
import { mayKeepPage, mayMakePage } from "./page-worth.js";
import { SparseFids } from "./sparse-fids.js";
import { randomHashTables } from "./tabulation-hash.js";

/** Slots of a page that one delete moves to the hash. */
const SLOTS_MOVED_PER_DELETE = 16;

/**
 * The table to use: constant time for every operation in the worst case, whatever numbers the client picks.
 *
 * Numbers near the count of fids in use live in an array of pages, everything else in a seeded hash table that
 * grows and shrinks by a page at a time. A lookup tries the array first. An entry may be in the hash though
 * there is a page for its number (it came before the page did); a number is never in both.
 */
export class HybridFidTable<T extends object> implements FidTable<T> {
  readonly maxFids: number;
  readonly #dense = new DenseFids<T>();
  readonly #sparse: SparseFids<T>;
  /** The page that deletes look at next, going round. */
  #sweepPage = 0;
  /** How much of it was moved to the hash already; 0 when it is not being moved. */
  #sweepSlot = 0;

  /** @throws RangeError when `maxFids` is not an integer from 1 to 16,777,216. */
  constructor(options: FidTableOptions = {}) {
    this.maxFids = maxFidsOf(options);
    this.#sparse = new SparseFids<T>(randomHashTables());
  }

  get size(): number {
    return this.#dense.size + this.#sparse.size;
  }

  get(fid: number): T | undefined {
    if (fid >>> 0 !== fid) return undefined;
    if (fid < this.#dense.limit) {
      const entry = this.#dense.get(fid);
      if (entry !== undefined) return entry;
    }
    return this.#sparse.get(fid);
  }

  insert(fid: number, entry: T): boolean {
    checkFid(fid);
    if (this.get(fid) !== undefined) return false;
    if (this.size >= this.maxFids) throw new FidTableFullError(fid, this.maxFids);
    if (this.#pageFor(fid)) {
      this.#dense.insert(fid, entry);
    } else if (!this.#sparse.insert(fid, entry)) {
      throw new FidTableFullError(fid, this.size);
    }
    return true;
  }

  delete(fid: number): T | undefined {
    if (fid >>> 0 !== fid) return undefined;
    let entry: T | undefined;
    if (fid < this.#dense.limit) entry = this.#dense.delete(fid);
    entry ??= this.#sparse.delete(fid);
    if (entry !== undefined) this.#sweep();
    return entry;
  }

  *entries(): Generator<[number, T], undefined> {
    yield* this.#dense.entries();
    yield* this.#sparse.entries();
  }

  *values(): Generator<T, undefined> {
    for (const [, entry] of this.entries()) yield entry;
  }

  clear(): void {
    this.#dense.clear();
    this.#sparse.clear();
    this.#sweepPage = 0;
    this.#sweepSlot = 0;
  }

  /** What the table holds and how much work it has done: for tests, benchmarks and metrics. */
  stats(): FidTableStats {
    const dense = this.#dense;
    const sparse = this.#sparse;
    return {
      denseFids: dense.size,
      sparseFids: sparse.size,
      slots: dense.pageCount * DENSE_PAGE_FIDS + dense.places + sparse.slots,
      touched: dense.touched + sparse.touched,
    };
  }

  /** Whether a new fid goes into the array; makes its page when it is worth one. */
  #pageFor(fid: number): boolean {
    const dense = this.#dense;
    const index = fid >>> DENSE_PAGE_SHIFT;
    if (fid < dense.limit && dense.hasPage(index)) return index !== this.#sweepPage || this.#sweepSlot === 0;
    if (!mayMakePage(fid, this.size)) return false;
    dense.addPage(index);
    return true;
  }

  /**
   * Gives memory back, a little with each delete: looks at one page, or moves 16 slots of a page that is no
   * longer worth its memory to the hash. Deletes outrun the pages that lose their worth, of which there is
   * at most one in 256 deletes.
   */
  #sweep(): void {
    const dense = this.#dense;
    if (this.size === 0) {
      if (dense.pageCount > 1) this.clear();
      return;
    }
    if (this.#sweepSlot > 0) {
      this.#moveSlots();
      return;
    }
    this.#sweepPage = this.#sweepPage + 1 < dense.places ? this.#sweepPage + 1 : 0;
    const page = this.#sweepPage;
    if (dense.hasPage(page) && !mayKeepPage(page, dense.countOf(page), this.size)) this.#moveSlots();
  }

  #moveSlots(): void {
    const dense = this.#dense;
    dense.touched += SLOTS_MOVED_PER_DELETE;
    const first = this.#sweepPage * DENSE_PAGE_FIDS + this.#sweepSlot;
    for (let fid = first; fid < first + SLOTS_MOVED_PER_DELETE; fid++) {
      const entry = dense.delete(fid);
      if (entry === undefined) continue;
      if (!this.#sparse.insert(fid, entry)) {
        // No room in the hash: keep the page, and what was moved so far is where it can be found.
        dense.insert(fid, entry);
        this.#sweepSlot = 0;
        return;
      }
    }
    this.#sweepSlot += SLOTS_MOVED_PER_DELETE;
    if (this.#sweepSlot < DENSE_PAGE_FIDS && dense.countOf(this.#sweepPage) > 0) return;
    dense.dropPage(this.#sweepPage);
    this.#sweepSlot = 0;
  }
}
