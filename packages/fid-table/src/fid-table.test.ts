import { describe, expect, it } from "vitest";
import {
  createFidTable,
  FidTableFullError,
  HybridFidTable,
  LinkedListFidTable,
  MapFidTable,
} from "./index.js";
import type { FidTable, FidTableOptions } from "./index.js";

const tables: [string, (options?: FidTableOptions) => FidTable<{ name: string }>][] = [
  ["HybridFidTable", (options) => new HybridFidTable(options)],
  ["LinkedListFidTable", (options) => new LinkedListFidTable(options)],
  ["MapFidTable", (options) => new MapFidTable(options)],
];

const edges = [0, 1, 1023, 1024, 0xf_ffff, 0x10_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe];
const noFids = [0xffff_ffff, -1, 1.5, 0.5, 1024.5, 0x1_0000_0000, NaN, Infinity, -Infinity];
const entry = (name: string) => ({ name });

describe.each(tables)("%s", (_, create) => {
  it("answers undefined for what is not in it", () => {
    const table = create();
    for (const fid of [...edges, ...noFids]) {
      expect(table.get(fid)).toBeUndefined();
      expect(table.delete(fid)).toBeUndefined();
    }
    expect(table.size).toBe(0);
    expect([...table.entries()]).toEqual([]);
  });

  it("keeps an entry under each number from 0 to 0xFFFFFFFE", () => {
    const table = create();
    const entries = edges.map((fid) => [fid, entry(`fid ${fid}`)] as const);
    for (const [fid, it] of entries) expect(table.insert(fid, it)).toBe(true);
    expect(table.size).toBe(edges.length);
    for (const [fid, it] of entries) expect(table.get(fid)).toBe(it);
    expect(new Map(table.entries())).toEqual(new Map(entries));
    expect(new Set(table.values())).toEqual(new Set(entries.map(([, it]) => it)));
  });

  it("refuses what is no fid and finds nothing under it, full or not", () => {
    const table = create();
    for (const fid of edges) table.insert(fid, entry(`fid ${fid}`));
    for (const fid of noFids) {
      expect(() => table.insert(fid, entry("none"))).toThrow(RangeError);
      expect(table.get(fid)).toBeUndefined();
      expect(table.delete(fid)).toBeUndefined();
    }
    expect(table.size).toBe(edges.length);
  });

  it("refuses a number in use and keeps its entry", () => {
    const table = create();
    for (const fid of edges) {
      const first = entry("first");
      expect(table.insert(fid, first)).toBe(true);
      expect(table.insert(fid, entry("second"))).toBe(false);
      expect(table.get(fid)).toBe(first);
    }
    expect(table.size).toBe(edges.length);
  });

  it("frees a number for another entry", () => {
    const table = create();
    for (const fid of edges) {
      const first = entry("first");
      const second = entry("second");
      table.insert(fid, first);
      expect(table.delete(fid)).toBe(first);
      expect(table.get(fid)).toBeUndefined();
      expect(table.delete(fid)).toBeUndefined();
      expect(table.insert(fid, second)).toBe(true);
      expect(table.get(fid)).toBe(second);
    }
  });

  it("throws FidTableFullError over maxFids, unless the number is in use", () => {
    const table = create({ maxFids: 3 });
    for (const fid of [7, 0xffff_fffe, 0]) table.insert(fid, entry("in"));
    expect(table.insert(7, entry("again"))).toBe(false);
    const insert = () => table.insert(8, entry("out"));
    expect(insert).toThrow(FidTableFullError);
    expect(insert).toThrow(expect.objectContaining({ code: "FID_TABLE_FULL", fid: 8, maxFids: 3 }));
    expect(table.size).toBe(3);
    expect(table.get(8)).toBeUndefined();
    table.delete(7);
    expect(insert()).toBe(true);
  });

  it("refuses a maxFids that is not an integer from 1 to 16,777,216", () => {
    for (const maxFids of [0, -1, 1.5, NaN, 0x100_0001])
      expect(() => create({ maxFids })).toThrow(RangeError);
    expect(create({ maxFids: 0x100_0000 }).maxFids).toBe(0x100_0000);
    expect(create().maxFids).toBe(0x10_0000);
  });

  it("is as new after clear", () => {
    const table = create({ maxFids: edges.length });
    for (let round = 0; round < 2; round++) {
      for (const fid of edges) expect(table.insert(fid, entry("in"))).toBe(true);
      table.clear();
      expect(table.size).toBe(0);
      for (const fid of edges) expect(table.get(fid)).toBeUndefined();
      expect([...table.values()]).toEqual([]);
    }
  });
});

it("createFidTable makes a HybridFidTable", () => {
  expect(createFidTable({ maxFids: 5 })).toBeInstanceOf(HybridFidTable);
  expect(createFidTable({ maxFids: 5 }).maxFids).toBe(5);
});
