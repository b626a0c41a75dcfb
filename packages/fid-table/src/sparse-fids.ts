import { PAGE_SLOTS, ProbePage } from "./probe-page.js";
import { hashFid } from "./tabulation-hash.js";

/**
 * A page is added when there are more entries a page than this. Pages that were not split yet in this round
 * hold up to twice as many: 320 of 512 slots.
 */
const GROW_AT = 160;

/** A page is taken away when there are fewer entries a page than this: far enough from 160 not to thrash. */
const SHRINK_AT = 96;

/** A merged page must stay this empty, whatever the numbers are. */
const MERGE_LIMIT = (PAGE_SLOTS * 3) / 4;

/** Pages in one block of the directory. Blocks are never copied. */
const BLOCK_SHIFT = 10;
const BLOCK_MASK = (1 << BLOCK_SHIFT) - 1;

/**
 * The fids that are not worth a place in an array: a hash table that grows and shrinks one page at a time.
 *
 * This is linear hashing (Litwin, 1980) with pages of 512 slots for buckets. The low bits of the hash pick
 * the page. Growing splits one page in two, by one more bit of the hash; shrinking merges the last page into
 * the one it came from. Either touches one page or two, whatever the table's size, and a lookup always looks
 * into exactly one page.
 */
export class SparseFids<T extends object> {
  size = 0;
  /** Slots read, written, moved or allocated so far, lookups apart. Tests take differences of it. */
  touched = 0;
  pageCount = 1;
  readonly #tables: Int32Array;
  #directory: ProbePage<T>[][] = [];
  /** 2^(k+1) - 1, where 2^k <= pageCount < 2^(k+1). */
  #mask = 1;
  /** An empty page that a split left behind or a merge freed: the next split takes it. */
  #spare: ProbePage<T> | undefined;

  constructor(tables: Int32Array) {
    this.#tables = tables;
  }

  get(fid: number): T | undefined {
    if (this.size === 0) return undefined;
    const key = fid | 0;
    const hash = hashFid(this.#tables, key);
    const page = this.#pageOf(hash);
    const slot = page.find(key, hash);
    return slot < 0 ? undefined : page.values[slot];
  }

  /**
   * Adds a fid that is known to be absent.
   *
   * Answers false when its page is full. Pages hold at most 320 entries on average, so with hash tables that
   * the client does not know this has a chance of less than 1 in 10^20.
   */
  insert(fid: number, value: T): boolean {
    if (this.#directory.length === 0) this.#setPage(0, this.#takePage());
    const key = fid | 0;
    const hash = hashFid(this.#tables, key);
    const page = this.#pageOf(hash);
    if (page.isFull) return false;
    this.touched += page.insert(key, hash, value);
    this.size++;
    if (this.size > this.pageCount * GROW_AT) this.#split();
    return true;
  }

  delete(fid: number): T | undefined {
    if (this.size === 0) return undefined;
    const key = fid | 0;
    const hash = hashFid(this.#tables, key);
    const page = this.#pageOf(hash);
    const slot = page.find(key, hash);
    if (slot < 0) return undefined;
    const value = page.values[slot];
    this.touched += page.delete(slot, this.#tables);
    this.size--;
    if (this.pageCount > 1 && this.size < this.pageCount * SHRINK_AT) this.#merge();
    return value;
  }

  *entries(): Generator<[number, T], undefined> {
    for (const block of this.#directory) {
      for (const page of block) {
        for (let slot = 0; slot < PAGE_SLOTS; slot++) {
          const value = page.values[slot];
          if (value !== undefined) yield [page.keys[slot]! >>> 0, value];
        }
      }
    }
  }

  clear(): void {
    this.size = 0;
    this.pageCount = 1;
    this.#directory = [];
    this.#mask = 1;
    this.#spare = undefined;
  }

  /** Slots that are allocated: those of the pages in use and of the spare one. */
  get slots(): number {
    const used = this.#directory.length === 0 ? 0 : this.pageCount;
    return (used + (this.#spare === undefined ? 0 : 1)) * PAGE_SLOTS;
  }

  #pageOf(hash: number): ProbePage<T> {
    let index = hash & this.#mask;
    // Not split off yet in this round: its entries are still in the page it will come from.
    if (index >= this.pageCount) index &= this.#mask >>> 1;
    return this.#directory[index >>> BLOCK_SHIFT]![index & BLOCK_MASK]!;
  }

  #split(): void {
    const bit = (this.#mask + 1) >>> 1;
    const high = this.pageCount;
    const low = high - bit;
    const source = this.#directory[low >>> BLOCK_SHIFT]![low & BLOCK_MASK]!;
    const lowPage = this.#takePage();
    const highPage = new ProbePage<T>();
    this.touched += PAGE_SLOTS + source.moveTo(lowPage, highPage, bit, this.#tables);
    this.#setPage(low, lowPage);
    this.#setPage(high, highPage);
    this.#spare = source;
    this.pageCount++;
    if (this.pageCount > this.#mask) this.#mask = this.#mask * 2 + 1;
  }

  #merge(): void {
    const high = this.pageCount - 1;
    const mask = high > this.#mask >>> 1 ? this.#mask : this.#mask >>> 1;
    const low = high & (mask >>> 1);
    const lowPage = this.#directory[low >>> BLOCK_SHIFT]![low & BLOCK_MASK]!;
    const block = this.#directory[high >>> BLOCK_SHIFT]!;
    const highPage = block[high & BLOCK_MASK]!;
    if (lowPage.count + highPage.count > MERGE_LIMIT) return;
    this.touched += highPage.moveTo(lowPage, lowPage, 0, this.#tables);
    block.pop();
    if (block.length === 0) this.#directory.pop();
    this.#spare = highPage;
    this.pageCount = high;
    this.#mask = mask;
  }

  #takePage(): ProbePage<T> {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) return spare;
    this.touched += PAGE_SLOTS;
    return new ProbePage<T>();
  }

  #setPage(index: number, page: ProbePage<T>): void {
    const block = (this.#directory[index >>> BLOCK_SHIFT] ??= []);
    block[index & BLOCK_MASK] = page;
  }
}
