import { checkFid } from "./fid.js";
import { FidTableFullError } from "./fid-table-full-error.js";
import type { FidTable } from "./fid-table.js";
import { maxFidsOf, type FidTableOptions } from "./max-fids.js";

interface Link<T> {
  readonly fid: number;
  readonly entry: T;
  next: Link<T> | undefined;
}

/**
 * The baseline: a singly linked list, newest first, as QEMU's 9p server kept its fids before it took a hash
 * table (`hw/9pfs/9p.c`, `get_fid`). Every operation walks the list, so a client with n fids pays O(n) for
 * each request. Do not serve with it.
 */
export class LinkedListFidTable<T extends object> implements FidTable<T> {
  readonly maxFids: number;
  #first: Link<T> | undefined;
  #size = 0;

  /** @throws RangeError when `maxFids` is not an integer from 1 to 16,777,216. */
  constructor(options: FidTableOptions = {}) {
    this.maxFids = maxFidsOf(options);
  }

  get size(): number {
    return this.#size;
  }

  get(fid: number): T | undefined {
    for (let link = this.#first; link !== undefined; link = link.next) {
      if (link.fid === fid) return link.entry;
    }
    return undefined;
  }

  insert(fid: number, entry: T): boolean {
    checkFid(fid);
    if (this.get(fid) !== undefined) return false;
    if (this.#size >= this.maxFids) throw new FidTableFullError(fid, this.maxFids);
    this.#first = { fid, entry, next: this.#first };
    this.#size++;
    return true;
  }

  delete(fid: number): T | undefined {
    let before: Link<T> | undefined;
    for (let link = this.#first; link !== undefined; before = link, link = link.next) {
      if (link.fid !== fid) continue;
      if (before === undefined) this.#first = link.next;
      else before.next = link.next;
      this.#size--;
      return link.entry;
    }
    return undefined;
  }

  *entries(): Generator<[number, T], undefined> {
    for (let link = this.#first; link !== undefined; link = link.next) yield [link.fid, link.entry];
  }

  *values(): Generator<T, undefined> {
    for (let link = this.#first; link !== undefined; link = link.next) yield link.entry;
  }

  clear(): void {
    this.#first = undefined;
    this.#size = 0;
  }
}
