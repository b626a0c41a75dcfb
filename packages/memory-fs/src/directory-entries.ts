import type { MemoryNode } from "./memory-node.js";

/** The cookies of `.` and `..`; an entry's own start after them. */
export const DOT = 1;
export const DOT_DOT = 2;

interface Slot {
  readonly cookie: number;
  /** Undefined once the entry is gone. */
  node: MemoryNode | undefined;
}

/**
 * The entries of a directory, by name and in an order that stands still: each
 * gets the next cookie, never used again, so a reader that comes back with a
 * cookie misses and repeats nothing, whatever came and went meanwhile.
 */
export class DirectoryEntries {
  readonly #byName = new Map<string, Slot>();
  /** Ascending cookies. Slots of entries that are gone stay until they are half of it. */
  #slots: Slot[] = [];
  #lastCookie = DOT_DOT;

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): MemoryNode | undefined {
    return this.#byName.get(name)?.node;
  }

  /** Enters `node` as its name, in the place of what has that name. */
  set(node: MemoryNode): void {
    const slot = this.#byName.get(node.name);
    if (slot) {
      slot.node = node;
      return;
    }
    const added = { cookie: ++this.#lastCookie, node };
    this.#byName.set(node.name, added);
    this.#slots.push(added);
  }

  delete(name: string): void {
    const slot = this.#byName.get(name);
    if (!slot) return;
    slot.node = undefined;
    this.#byName.delete(name);
    if (this.#slots.length > 2 * this.#byName.size) this.#slots = this.#slots.filter(({ node }) => node);
  }

  /** Calls `visit` for each entry after `cookie` until it returns false. */
  forEachAfter(cookie: number, visit: (node: MemoryNode, cookie: number) => boolean): void {
    for (let i = this.#indexAfter(cookie); i < this.#slots.length; i++) {
      const { node, cookie: own } = this.#slots[i]!;
      if (node && !visit(node, own)) return;
    }
  }

  #indexAfter(cookie: number): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#slots[middle]!.cookie <= cookie) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
