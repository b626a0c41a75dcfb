/**
 * Hands out the lowest number that is free, as Linux's idr does for fids and
 * tags: servers keep small numbers in an array. Taking and giving back cost
 * O(log n) of the numbers given back and not taken again.
 */
export class LowestFree {
  readonly #limit: number;
  /** Every number from here on is free. */
  #next = 0;
  /** Free numbers below #next, as a binary heap with the lowest first. */
  readonly #heap: number[] = [];

  /** @param limit numbers are below it */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Numbers taken and not given back. */
  get taken(): number {
    return this.#next - this.#heap.length;
  }

  /** The lowest free number, undefined when none is left. */
  take(): number | undefined {
    const heap = this.#heap;
    const lowest = heap[0];
    if (lowest === undefined) return this.#next < this.#limit ? this.#next++ : undefined;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return lowest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= last) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return lowest;
  }

  /** Makes a number that was taken free again. */
  give(number: number): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= number) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = number;
  }
}
