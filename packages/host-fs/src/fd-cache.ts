import { Errno } from "@ninep/server";

/** Something that keeps a descriptor open and can do without it for a while. */
export interface FdHolder {
  /** The descriptor, -1 while it has none. */
  fd: number;
  /** Its place in the cache, -1 while it has none. */
  slot: number;
  /** Used since the cache last looked. */
  recent: boolean;
  /** True while the descriptor may be closed: it can be opened again, and nobody is using it. */
  readonly evictable: boolean;
  /** Closes the descriptor and sets `fd` to -1. */
  evict(): void;
}

/** How many descriptors a cache holds when nothing else is said: a process with a limit of 1,024 has room for others. */
export const DEFAULT_MAX_FDS = 960;
/** Fewer would not do for one rename between two directories. */
export const LEAST_FDS = 16;

/**
 * A bound on descriptors. Holders take a slot when they open one; when all
 * slots are taken, one that has not been used for longest (by the clock
 * algorithm: one bit and a hand, nothing to move on the hot path) is closed.
 * Several trees may share one cache.
 */
export class FdCache {
  readonly max: number;
  readonly #slots: (FdHolder | undefined)[] = [];
  readonly #free: number[] = [];
  #hand = 0;
  #pinned = 0;

  /** @param max Most descriptors at once, 16 or more. @throws RangeError below that. */
  constructor(max: number = DEFAULT_MAX_FDS) {
    if (!Number.isInteger(max) || max < LEAST_FDS) {
      throw new RangeError(`a descriptor cache needs room for ${LEAST_FDS} or more, not ${max}`);
    }
    this.max = max;
  }

  /** Descriptors held now. */
  get size(): number {
    return this.#slots.length - this.#free.length;
  }

  /** Descriptors that may not be closed to make room: locked or unlinked files. */
  get pinned(): number {
    return this.#pinned;
  }

  /**
   * Makes sure that one more descriptor may be opened.
   * @throws Errno ENFILE when all are in use and none can be closed.
   */
  reserve(): void {
    if (this.size < this.max) return;
    const slots = this.#slots;
    // Twice around: the first round may only clear the marks of recent use.
    for (let left = slots.length * 2; left > 0; left--) {
      const holder = slots[this.#hand];
      this.#hand = (this.#hand + 1) % slots.length;
      if (!holder?.evictable) continue;
      if (holder.recent) {
        holder.recent = false;
        continue;
      }
      this.release(holder);
      holder.evict();
      return;
    }
    throw new Errno("ENFILE", `all ${this.max} descriptors are in use`);
  }

  /** Takes a holder in that has just opened a descriptor after {@link reserve}. */
  add(holder: FdHolder): void {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = holder;
    holder.slot = slot;
    // Not yet: what is used once makes room before what is used again and again.
    holder.recent = false;
  }

  /** Lets a holder go, before it closes its descriptor. */
  release(holder: FdHolder): void {
    this.#slots[holder.slot] = undefined;
    this.#free.push(holder.slot);
    holder.slot = -1;
  }

  /**
   * Counts a descriptor as one that has to stay. False when three quarters stay
   * already: the rest is kept moving, so that no client can stop the others.
   */
  pin(): boolean {
    if (this.#pinned >= Math.floor((this.max * 3) / 4)) return false;
    this.#pinned++;
    return true;
  }

  unpin(): void {
    this.#pinned--;
  }
}
