import { LOCK_BLOCKED, LOCK_SUCCESS, LOCK_TYPE_RDLCK, LOCK_TYPE_UNLCK, LOCK_TYPE_WRLCK } from "@ninep/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteRangeLocks } from "./byte-range-locks.js";

const SIZE = 24;
const owners = [{}, {}, {}];

/** A lock for each byte and owner, and one for all bytes from SIZE on: what the ranges must come to. */
class Model {
  readonly #locks = owners.map(() => new Array<number>(SIZE + 1).fill(LOCK_TYPE_UNLCK));

  conflict(owner: number, type: number, start: number, end: number): number | undefined {
    if (type === LOCK_TYPE_UNLCK) return undefined;
    for (let at = start; at < end; at++) {
      for (const [other, bytes] of this.#locks.entries()) {
        const held = bytes[at]!;
        if (other === owner || held === LOCK_TYPE_UNLCK) continue;
        if (held === LOCK_TYPE_WRLCK || type === LOCK_TYPE_WRLCK) return at;
      }
    }
    return undefined;
  }

  set(owner: number, type: number, start: number, end: number): void {
    this.#locks[owner]!.fill(type, start, end);
  }
}

describe("ByteRangeLocks", () => {
  it("does what a lock for each byte does", () => {
    const step = fc
      .record({
        owner: fc.nat(owners.length - 1),
        type: fc.constantFrom(LOCK_TYPE_RDLCK, LOCK_TYPE_WRLCK, LOCK_TYPE_UNLCK),
        start: fc.nat(SIZE - 1),
        end: fc.integer({ min: 1, max: SIZE + 1 }),
        close: fc.boolean(),
      })
      .filter(({ start, end }) => start < end);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const locks = new ByteRangeLocks();
        const model = new Model();
        for (const [index, { owner, type, start, end, close }] of steps.entries()) {
          if (close && index % 10 === 9) {
            locks.releaseAll(owners[owner]!);
            model.set(owner, LOCK_TYPE_UNLCK, 0, SIZE + 1);
            continue;
          }
          const length = end > SIZE ? 0 : end - start;
          const range = { type, start: BigInt(start), length: BigInt(length), procId: owner, clientId: "c" };
          const conflict = model.conflict(owner, type, start, end);
          const found = locks.test(owners[owner]!, range);
          expect(found.type === LOCK_TYPE_UNLCK).toBe(conflict === undefined);
          if (conflict !== undefined) {
            // The first lock in the way holds the first byte in the way.
            expect(found.start <= BigInt(conflict)).toBe(true);
            expect(found.length === 0n || found.start + found.length > BigInt(conflict)).toBe(true);
          }
          const status = locks.lock(owners[owner]!, range);
          expect(status).toBe(conflict === undefined ? LOCK_SUCCESS : LOCK_BLOCKED);
          if (conflict === undefined) model.set(owner, type, start, end);
        }
      }),
    );
  });

  it("names the holder", () => {
    const locks = new ByteRangeLocks();
    const range = { type: LOCK_TYPE_WRLCK, start: 5n, length: 0n, procId: 42, clientId: "guest" };
    locks.lock(owners[0]!, range);
    expect(locks.test(owners[1]!, { ...range, start: 0n, procId: 1, clientId: "other" })).toEqual(range);
  });

  it("holds a bounded number of locks", () => {
    const locks = new ByteRangeLocks();
    const lock = (i: number) =>
      locks.lock(owners[0]!, {
        type: LOCK_TYPE_WRLCK,
        start: BigInt(i * 2),
        length: 1n,
        procId: 1,
        clientId: "",
      });
    for (let i = 0; i < 8192; i++) lock(i);
    expect(() => lock(8192)).toThrow("No locks available");
    expect(locks.test(owners[1]!, range(8191)).type).toBe(LOCK_TYPE_WRLCK);
    expect(locks.test(owners[1]!, range(8192)).type).toBe(LOCK_TYPE_UNLCK);
  });
});

function range(i: number) {
  return { type: LOCK_TYPE_WRLCK, start: BigInt(i * 2), length: 1n, procId: 2, clientId: "" };
}
