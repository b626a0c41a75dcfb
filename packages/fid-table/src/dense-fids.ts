/** Fids of one page; a power of two. A page is 8 KiB of pointers. */
export const DENSE_PAGE_FIDS = 1024;
export const DENSE_PAGE_SHIFT = 10;
const FID_MASK = DENSE_PAGE_FIDS - 1;

/** Fids from here on never get a page, so that the directory has at most 1,024 places. */
export const DENSE_LIMIT = 0x10_0000;

/** Places that the directory starts with. It doubles, so the largest copy is of 512 places. */
const FIRST_PLACES = 16;

type Page<T> = (T | undefined)[];

/** Stands in the directory where there is no page: a lookup then needs no test for one. Never written to. */
const NO_PAGE: Page<never> = newPage<never>();

function newPage<T>(): Page<T> {
  return new Array<T | undefined>(DENSE_PAGE_FIDS).fill(undefined);
}

/**
 * Fids as indexes of an array, in pages that come when they are asked for. It knows nothing of when a page is
 * worth its memory: that is `page-worth.ts`.
 */
export class DenseFids<T extends object> {
  size = 0;
  pageCount = 0;
  /** Slots written, scanned or allocated so far. Tests take differences of it. */
  touched = 0;
  /** Fids below this have a place in the directory, with a page or without. */
  limit = FIRST_PLACES * DENSE_PAGE_FIDS;
  #pages: Page<T>[] = firstDirectory<T>();
  /** Entries of each page. */
  #counts = new Uint16Array(FIRST_PLACES);

  /** The entry of a fid below `limit`. */
  get(fid: number): T | undefined {
    return this.#pages[fid >>> DENSE_PAGE_SHIFT]![fid & FID_MASK];
  }

  /** Whether there is a page `index`, for an index below `places`. */
  hasPage(index: number): boolean {
    return this.#pages[index] !== NO_PAGE;
  }

  countOf(index: number): number {
    return this.#counts[index]!;
  }

  /** Makes page `index`, which is not there yet and below `DENSE_LIMIT`. */
  addPage(index: number): void {
    while (index >= this.#pages.length) this.#growDirectory();
    this.#pages[index] = newPage<T>();
    this.pageCount++;
    this.touched += DENSE_PAGE_FIDS;
  }

  /** Forgets page `index`, whatever is on it. */
  dropPage(index: number): void {
    this.#pages[index] = NO_PAGE;
    this.size -= this.#counts[index]!;
    this.#counts[index] = 0;
    this.pageCount--;
  }

  /** Puts an entry where there is a page and no entry. */
  insert(fid: number, entry: T): void {
    const index = fid >>> DENSE_PAGE_SHIFT;
    this.#pages[index]![fid & FID_MASK] = entry;
    this.#counts[index]!++;
    this.size++;
    this.touched++;
  }

  /** Takes the entry of a fid below `limit`. */
  delete(fid: number): T | undefined {
    const index = fid >>> DENSE_PAGE_SHIFT;
    const page = this.#pages[index]!;
    const entry = page[fid & FID_MASK];
    if (entry === undefined) return undefined;
    page[fid & FID_MASK] = undefined;
    this.#counts[index]!--;
    this.size--;
    this.touched++;
    return entry;
  }

  *entries(): Generator<[number, T], undefined> {
    for (let index = 0; index < this.#pages.length; index++) {
      const page = this.#pages[index]!;
      if (page === NO_PAGE) continue;
      for (let slot = 0; slot < DENSE_PAGE_FIDS; slot++) {
        const entry = page[slot];
        if (entry !== undefined) yield [index * DENSE_PAGE_FIDS + slot, entry];
      }
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.size = 0;
    this.pageCount = 0;
    this.limit = FIRST_PLACES * DENSE_PAGE_FIDS;
    this.#pages = firstDirectory<T>();
    this.#counts = new Uint16Array(FIRST_PLACES);
  }

  /** Places in the directory. */
  get places(): number {
    return this.#pages.length;
  }

  #growDirectory(): void {
    const places = this.#pages.length * 2;
    const pages = new Array<Page<T>>(places).fill(NO_PAGE);
    for (let i = 0; i < this.#pages.length; i++) pages[i] = this.#pages[i]!;
    const counts = new Uint16Array(places);
    counts.set(this.#counts);
    this.#pages = pages;
    this.#counts = counts;
    this.limit = places * DENSE_PAGE_FIDS;
    this.touched += places;
  }
}

function firstDirectory<T>(): Page<T>[] {
  return new Array<Page<T>>(FIRST_PLACES).fill(NO_PAGE);
}
