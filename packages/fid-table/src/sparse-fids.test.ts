import { afterEach, describe, expect, it, vi } from "vitest";
import { FidTableFullError } from "./fid-table-full-error.js";
import { HybridFidTable } from "./hybrid-fid-table.js";
import { SparseFids } from "./sparse-fids.js";
import { randomHashTables } from "./tabulation-hash.js";

const entry = {};
const STRIDE = 4096;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a client that knows the hash tables", () => {
  // All words 0: every fid has the hash 0, the worst that the client could do.
  const known = new Int32Array(1024);

  it("fills one page, and is refused what does not fit; no operation touches more than a constant", () => {
    const fids = new SparseFids<object>(known);
    let before = 0;
    let most = 0;
    for (let i = 0; i < 511; i++) {
      expect(fids.insert(i * STRIDE, entry)).toBe(true);
      most = Math.max(most, fids.touched - before);
      before = fids.touched;
    }
    expect(fids.insert(511 * STRIDE, entry)).toBe(false);
    expect(fids.size).toBe(511);
    // The worst split: n entries that all go into one run, n (n + 1) / 2 slots for at most 511 of them.
    expect(most).toBeLessThanOrEqual(2 * 512 + 512 + (511 * 512) / 2);
    for (let i = 0; i < 511; i++) expect(fids.get(i * STRIDE)).toBe(entry);
    for (let i = 0; i < 511; i++) expect(fids.delete(i * STRIDE)).toBe(entry);
    expect(fids.size).toBe(0);
    expect(fids.pageCount).toBe(1);
  });

  it("gets FidTableFullError from the table, which stays whole", () => {
    vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((array) => array);
    const table = new HybridFidTable<object>();
    for (let i = 1; i <= 511; i++) table.insert(i * 0x10_0000, entry);
    expect(() => table.insert(512 * 0x10_0000, entry)).toThrow(FidTableFullError);
    // Numbers in the array are not affected, and stay there when the hash has no room for them.
    for (let fid = 0; fid < 20_000; fid++) table.insert(fid, entry);
    for (let fid = 0; fid < 20_000; fid++) if (fid % 1000 !== 0) table.delete(fid);
    for (let fid = 0; fid < 20_000; fid += 1000) expect(table.get(fid)).toBe(entry);
    for (let i = 1; i <= 511; i++) expect(table.get(i * 0x10_0000)).toBe(entry);
    expect(table.size).toBe(531);
  });
});

describe("with random hash tables", () => {
  it("adds a page for each 160 fids and takes them away again", () => {
    const fids = new SparseFids<object>(randomHashTables());
    for (let i = 0; i < 160_000; i++) fids.insert(i * STRIDE, entry);
    expect(fids.pageCount).toBe(1000);
    for (let i = 0; i < 160_000; i++) fids.delete(i * STRIDE);
    expect(fids.pageCount).toBe(1);
    expect(fids.slots).toBeLessThanOrEqual(2 * 512);
  });

  it("never finds NOFID, which it stores as empty", () => {
    const fids = new SparseFids<object>(randomHashTables());
    fids.insert(5, entry);
    expect(fids.get(0xffff_ffff)).toBeUndefined();
    expect(fids.delete(0xffff_ffff)).toBeUndefined();
  });
});
