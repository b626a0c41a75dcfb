import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FdCache, type FdHolder } from "./fd-cache.js";

class Holder implements FdHolder {
  fd = -1;
  slot = -1;
  recent = false;
  evictable = true;
  readonly #cache: FdCache;

  constructor(cache: FdCache) {
    this.#cache = cache;
  }
  use(): void {
    if (this.fd < 0) {
      this.#cache.reserve();
      this.fd = 1;
      this.#cache.add(this);
    } else {
      this.recent = true;
    }
  }
  evict(): void {
    this.fd = -1;
  }
}

describe("FdCache", () => {
  it("refuses to be too small to work", () => {
    for (const max of [0, 15, 16.5, NaN]) expect(() => new FdCache(max)).toThrow(RangeError);
  });

  it("never holds more than its bound, never takes one in use, and knows how many it has", () => {
    const command = fc.record({ holder: fc.nat(99), busy: fc.boolean(), close: fc.boolean() });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 500 }), (commands) => {
        const cache = new FdCache(16);
        const holders = Array.from({ length: 100 }, () => new Holder(cache));
        for (const { holder: index, busy, close } of commands) {
          const holder = holders[index]!;
          if (close && holder.fd >= 0) {
            cache.release(holder);
            holder.evict();
          } else {
            const busyNow = holders.filter((each) => !each.evictable && each.fd >= 0);
            try {
              holder.use();
              holder.evictable = !busy;
            } catch (error) {
              expect((error as { code: string }).code).toBe("ENFILE");
              expect(busyNow.length).toBe(16);
            }
            for (const each of busyNow) if (each !== holder) expect(each.fd).toBe(1);
          }
          const open = holders.filter(({ fd }) => fd >= 0);
          expect(cache.size).toBe(open.length);
          expect(open.length).toBeLessThanOrEqual(16);
          expect(new Set(open.map(({ slot }) => slot)).size).toBe(open.length);
        }
      }),
    );
  });

  it("keeps what is used again and again", () => {
    const cache = new FdCache(16);
    const favourite = new Holder(cache);
    for (let i = 0; i < 1000; i++) {
      favourite.use();
      new Holder(cache).use();
      expect(favourite.fd).toBe(1);
    }
  });

  it("lets three quarters be pinned and no more", () => {
    const cache = new FdCache(16);
    for (let i = 0; i < 12; i++) expect(cache.pin()).toBe(true);
    expect(cache.pin()).toBe(false);
    cache.unpin();
    expect(cache.pin()).toBe(true);
  });
});
