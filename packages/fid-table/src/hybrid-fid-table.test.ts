import { describe, expect, it } from "vitest";
import { fidPatterns, shuffled, type FidPattern } from "./fid-patterns.js";
import { HybridFidTable } from "./hybrid-fid-table.js";

/**
 * What one operation may touch, whatever the table's size. An insert at most makes a page of the array (1,024
 * slots) and doubles the directory (1,024 places), or splits a page of the hash: two new ones (2 × 512), a
 * scan (512), and its entries (320 on average before a split) put in place again. A delete at most moves 16
 * slots to the hash and merges or splits one page.
 */
const MOST_SLOTS = 3072;

/** What is allocated, as the README states it: for any fids, and for however few. */
const slotBound = (fids: number): number => 14 * fids + 16_384;

const entry = {};
const million: [FidPattern, number][] = [
  ["dense", 1_000_000],
  ["random", 1_000_000],
  ["strided", 1_000_000],
  ["colliding", 100_000],
];

/** Runs the step for each fid and answers the most slots that one touched; checks the memory on the way. */
function mostSlots(table: HybridFidTable<object>, fids: Uint32Array, step: (fid: number) => void): number {
  let most = 0;
  let before = table.stats().touched;
  for (const fid of fids) {
    step(fid);
    const { touched, slots } = table.stats();
    most = Math.max(most, touched - before);
    before = touched;
    if (slots > slotBound(table.size)) expect.fail(`${slots} slots for ${table.size} fids`);
  }
  return most;
}

function filled(fids: Uint32Array): HybridFidTable<object> {
  const table = new HybridFidTable<object>();
  for (const fid of fids) table.insert(fid, entry);
  return table;
}

describe("no operation pauses", () => {
  it.each(million)(
    "%s: the slots that an insert or a delete touches stay under a constant",
    (pattern, count) => {
      const fids = fidPatterns[pattern](count);
      const table = new HybridFidTable<object>();
      expect(mostSlots(table, fids, (fid) => table.insert(fid, entry))).toBeLessThanOrEqual(MOST_SLOTS);
      expect(table.size).toBe(count);
      expect(mostSlots(table, shuffled(fids), (fid) => table.delete(fid))).toBeLessThanOrEqual(MOST_SLOTS);
      expect(table.size).toBe(0);
    },
  );

  it("does so too when the first come first go, and the last come first", () => {
    const fids = fidPatterns.dense(200_000);
    for (const order of [fids, fids.toReversed()]) {
      const table = new HybridFidTable<object>();
      expect(mostSlots(table, order, (fid) => table.insert(fid, entry))).toBeLessThanOrEqual(MOST_SLOTS);
      expect(mostSlots(table, fids, (fid) => table.delete(fid))).toBeLessThanOrEqual(MOST_SLOTS);
      expect(table.size).toBe(0);
    }
  });
});

describe("where fids live", () => {
  it("keeps the lowest free numbers in the array", () => {
    expect(filled(fidPatterns.dense(100_000)).stats()).toMatchObject({ denseFids: 100_000, sparseFids: 0 });
  });

  it("keeps numbers from all over in the hash", () => {
    const { sparseFids } = filled(fidPatterns.random(10_000)).stats();
    expect(sparseFids).toBeGreaterThan(9900);
  });

  it.each([3, 10, 100, 500, 1024])(
    "makes no more pages than they are worth for every %sth number",
    (step) => {
      const fids = Uint32Array.from({ length: 10_000 }, (_, i) => i * step);
      const table = new HybridFidTable<object>();
      mostSlots(table, fids, (fid) => table.insert(fid, entry));
      expect(table.size).toBe(10_000);
    },
  );
});

describe("memory comes back", () => {
  it.each(million)("%s: an emptied table is as small as one of a few fids", (pattern, count) => {
    const fids = fidPatterns[pattern](count / 10);
    const table = filled(fids);
    for (const fid of fids) table.delete(fid);
    expect(table.stats().slots).toBeLessThanOrEqual(4096);
  });

  it("moves the last fids of a page to the hash when one is left on each", () => {
    const fids = fidPatterns.dense(500_000);
    const table = filled(fids);
    const gone = shuffled(fids).filter((fid) => fid % 1024 !== 7);
    mostSlots(table, gone, (fid) => table.delete(fid));
    expect(table.size).toBe(489);
    expect(table.stats().slots).toBeLessThanOrEqual(slotBound(489));
    for (let fid = 7; fid < 500_000; fid += 1024)
      if (table.get(fid) !== entry) expect.fail(`lost fid ${fid}`);
    for (const fid of fids) if (table.insert(fid, entry) !== (fid % 1024 !== 7)) expect.fail(`fid ${fid}`);
    expect(table.size).toBe(500_000);
  });

  it("does not make and drop a page again and again at a boundary", () => {
    for (const [size, fid] of [
      [1, 1],
      [1024, 1024],
      [1025, 1025],
      [20_480, 20_480],
      [10_000, 21_999],
    ] as const) {
      const table = filled(fidPatterns.dense(size));
      const before = table.stats().touched;
      for (let round = 0; round < 1000; round++) {
        table.insert(fid, entry);
        table.delete(fid);
      }
      // One page may be made and the directory may double, once: the rest is the two slots of each round.
      expect(table.stats().touched - before).toBeLessThanOrEqual(1000 * 2 + 2 * 1024);
    }
  });

  it("does not split and merge one page of the hash again and again", () => {
    const fids = fidPatterns.strided(10_000);
    const table = filled(fids);
    for (let size = 9999; size > 9000; size--) {
      const before = table.stats().touched;
      for (let round = 0; round < 20; round++) {
        table.delete(fids[size]!);
        table.insert(fids[size]!, entry);
      }
      expect(table.stats().touched - before).toBeLessThan(20 * 64 + MOST_SLOTS);
      table.delete(fids[size]!);
    }
  });

  it("forgets all at once with clear", () => {
    const table = filled(fidPatterns.random(50_000));
    table.clear();
    expect(table.stats()).toMatchObject({ denseFids: 0, sparseFids: 0 });
    expect(table.stats().slots).toBeLessThanOrEqual(1024);
  });
});
