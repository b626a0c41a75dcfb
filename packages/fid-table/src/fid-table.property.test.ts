import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fidPatterns, shuffled } from "./fid-patterns.js";
import type { FidTable } from "./fid-table.js";
import { HybridFidTable, LinkedListFidTable, MapFidTable } from "./index.js";

const tables: [string, () => FidTable<object>][] = [
  ["HybridFidTable", () => new HybridFidTable()],
  ["LinkedListFidTable", () => new LinkedListFidTable()],
  ["MapFidTable", () => new MapFidTable()],
];

const fid = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40) },
  { weight: 2, arbitrary: fc.nat(20_000) },
  { weight: 2, arbitrary: fc.nat(300).map((n) => n * 4096) },
  { weight: 2, arbitrary: fc.constantFrom(...fidPatterns.colliding(100)) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff_fffe }) },
);

/** Runs of fids, so that a short list of commands still grows pages, splits them and empties them. */
const run = fc.record({
  first: fid,
  step: fc.constantFrom(1, 3, 1024, 4096),
  count: fc.integer({ min: 1, max: 2000 }),
});
const command = fc.oneof(
  { weight: 6, arbitrary: fid.map((number) => ({ kind: "insert" as const, number })) },
  { weight: 4, arbitrary: fid.map((number) => ({ kind: "delete" as const, number })) },
  { weight: 3, arbitrary: run.map((numbers) => ({ kind: "insertRun" as const, numbers })) },
  { weight: 2, arbitrary: run.map((numbers) => ({ kind: "deleteRun" as const, numbers })) },
  { weight: 2, arbitrary: fc.nat(9).map((keep) => ({ kind: "thin" as const, keep })) },
  { weight: 1, arbitrary: fc.constant({ kind: "clear" as const }) },
);

interface Run {
  first: number;
  step: number;
  count: number;
}

const numbersOf = ({ first, step, count }: Run): number[] =>
  Array.from({ length: count }, (_, i) => (first + i * step) % 0xffff_ffff);

/** A table and the Map that says what must be in it. */
class Pair {
  readonly model = new Map<number, object>();
  readonly table: FidTable<object>;

  constructor(table: FidTable<object>) {
    this.table = table;
  }

  insert(number: number): void {
    const entry = { number };
    expect(this.table.insert(number, entry)).toBe(!this.model.has(number));
    if (!this.model.has(number)) this.model.set(number, entry);
  }

  delete(number: number): void {
    expect(this.table.delete(number)).toBe(this.model.get(number));
    this.model.delete(number);
  }

  clear(): void {
    this.table.clear();
    this.model.clear();
  }

  check(probes: number[]): void {
    expect(this.table.size).toBe(this.model.size);
    for (const [number, entry] of this.model)
      if (this.table.get(number) !== entry) expect.fail(`lost fid ${number}`);
    for (const number of probes) expect(this.table.get(number)).toBe(this.model.get(number));
    const seen = new Map(this.table.entries());
    expect(seen.size).toBe(this.model.size);
    for (const [number, entry] of seen)
      if (this.model.get(number) !== entry) expect.fail(`made up fid ${number}`);
    expect([...this.table.values()].length).toBe(this.model.size);
  }
}

describe.each(tables)("%s", (name, create) => {
  it("does what a Map does, for any commands", () => {
    const property = fc.property(
      fc.array(command, { maxLength: 40 }),
      fc.array(fid, { minLength: 5, maxLength: 5 }),
      (commands, probes) => {
        const pair = new Pair(create());
        for (const step of commands) {
          switch (step.kind) {
            case "insert":
              pair.insert(step.number);
              break;
            case "delete":
              pair.delete(step.number);
              break;
            case "insertRun":
              for (const number of numbersOf(step.numbers)) pair.insert(number);
              break;
            case "deleteRun":
              for (const number of numbersOf(step.numbers)) pair.delete(number);
              break;
            case "thin":
              for (const number of [...pair.model.keys()]) if (number % 10 > step.keep) pair.delete(number);
              break;
            case "clear":
              pair.clear();
              break;
          }
          pair.check(probes);
        }
      },
    );
    fc.assert(property, { numRuns: name === "HybridFidTable" ? 150 : 15 });
  });

  it("does what a Map does while it grows and shrinks over pages that come and go", () => {
    const phase = fc.record({
      size: fc.constantFrom(50, 600, 4000, 12_000),
      spread: fc.constantFrom(1, 2, 8),
    });
    const property = fc.property(
      fc.array(phase, { minLength: 2, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      (phases, random) => {
        const pair = new Pair(create());
        const pick = (below: number): number => (random.next().value as number) % below;
        for (const { size, spread } of phases) {
          while (pair.model.size < size) pair.insert(pick(size * spread + 1));
          // One insert for two deletes, so that pages are written to while they are given back.
          for (const number of shuffled(Uint32Array.from(pair.model.keys()))) {
            if (pair.model.size <= size) break;
            pair.delete(number);
            if (number % 2 === 0) pair.insert(pick(30_000));
          }
          pair.check([]);
        }
      },
    );
    fc.assert(property, { numRuns: name === "HybridFidTable" ? 8 : 1 });
  });

  it.each(["dense", "random", "strided", "colliding"] as const)(
    "keeps and frees 3,000 %s fids",
    (pattern) => {
      const fids = fidPatterns[pattern](3000);
      const pair = new Pair(create());
      for (const number of fids) pair.insert(number);
      pair.check([]);
      shuffled(fids).forEach((number, i) => {
        pair.delete(number);
        if (i % 500 === 0) pair.check([...fids.subarray(0, 50)]);
      });
      pair.check([]);
    },
  );
});
