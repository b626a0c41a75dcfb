import { hashFid } from "./tabulation-hash.js";

/** Slots of one page; a power of two. */
export const PAGE_SLOTS = 512;

/** The slot's home is the hash's top 9 bits; the low bits pick the page, so the two are independent. */
const HOME_SHIFT = 32 - 9;
const SLOT_MASK = PAGE_SLOTS - 1;

/** NOFID as a signed 32-bit number: no fid is ever stored as this. */
const EMPTY = -1;

/**
 * A hash table of fixed size: open addressing with linear probing that wraps inside the page, so that no
 * operation ever touches more than `PAGE_SLOTS` slots. Deleting shifts the run behind the hole back by one,
 * so there are no tombstones.
 *
 * `insert`, `delete` and `moveTo` answer how many slots they touched; the tests hold that to a constant.
 */
export class ProbePage<T extends object> {
  count = 0;
  readonly keys = new Int32Array(PAGE_SLOTS).fill(EMPTY);
  readonly values = new Array<T | undefined>(PAGE_SLOTS).fill(undefined);

  /** The slot of `key` (a fid as a signed number), or -1. Its hash is the caller's to compute. */
  find(key: number, hash: number): number {
    const keys = this.keys;
    let slot = hash >>> HOME_SHIFT;
    for (;;) {
      const found = keys[slot]!;
      // Empty first: NOFID is stored as EMPTY and must not be found.
      if (found === EMPTY) return -1;
      if (found === key) return slot;
      slot = (slot + 1) & SLOT_MASK;
    }
  }

  /** One slot always stays empty, so that every probe ends. */
  get isFull(): boolean {
    return this.count >= SLOT_MASK;
  }

  /** Adds a key that is known to be absent to a page that is known not to be full. */
  insert(key: number, hash: number, value: T): number {
    const keys = this.keys;
    let slot = hash >>> HOME_SHIFT;
    let touched = 1;
    while (keys[slot] !== EMPTY) {
      slot = (slot + 1) & SLOT_MASK;
      touched++;
    }
    keys[slot] = key;
    this.values[slot] = value;
    this.count++;
    return touched;
  }

  /** Empties `slot` and closes the gap: each entry of the run moves back if that brings it nearer home. */
  delete(slot: number, tables: Int32Array): number {
    const { keys, values } = this;
    let hole = slot;
    let next = slot;
    let touched = 1;
    for (;;) {
      next = (next + 1) & SLOT_MASK;
      touched++;
      const key = keys[next]!;
      if (key === EMPTY) break;
      const home = hashFid(tables, key) >>> HOME_SHIFT;
      if (((next - home) & SLOT_MASK) < ((next - hole) & SLOT_MASK)) continue;
      keys[hole] = key;
      values[hole] = values[next];
      hole = next;
    }
    keys[hole] = EMPTY;
    values[hole] = undefined;
    this.count--;
    return touched;
  }

  /** Inserts every entry into `low`, or into `high` when its hash has `bit`; this page is left empty. */
  moveTo(low: ProbePage<T>, high: ProbePage<T>, bit: number, tables: Int32Array): number {
    const { keys, values } = this;
    let touched = PAGE_SLOTS;
    for (let slot = 0; slot < PAGE_SLOTS; slot++) {
      const key = keys[slot]!;
      if (key === EMPTY) continue;
      const hash = hashFid(tables, key);
      touched += ((hash & bit) === 0 ? low : high).insert(key, hash, values[slot]!);
    }
    keys.fill(EMPTY);
    values.fill(undefined);
    this.count = 0;
    return touched;
  }
}
