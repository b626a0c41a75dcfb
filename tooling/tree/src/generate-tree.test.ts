import { lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateTree } from "./generate-tree.js";
import { manifestOf } from "./manifest.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-tree-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("generateTree", () => {
  test("makes what it says", () => {
    const root = path.join(folder, "tree");
    const made = generateTree({ root, files: 1000, bytes: 5_000_000 });
    const lines = manifestOf(root);
    const kind = (letter: string) => lines.filter((line) => line.startsWith(letter));
    expect(made).toEqual({
      files: kind("f").length,
      directories: kind("d").length,
      symlinks: kind("l").length,
      bytes: 5_000_000,
    });
    expect(made.files).toBe(1000);
    expect(made.directories).toBeGreaterThan(100);
    expect(made.symlinks).toBe(100);

    const stats = kind("f").map((line) => lstatSync(path.join(root, line.split(" ")[3]!)));
    expect(stats.reduce((sum, { size }) => sum + size, 0)).toBe(5_000_000);
    expect(new Set(stats.map(({ mode }) => mode & 0o777))).toEqual(new Set([0o444, 0o555]));
    expect(new Set(stats.map(({ mtimeMs }) => mtimeMs))).toEqual(new Set([1000]));
    const sizes = stats.map(({ size }) => size).sort((a, b) => a - b);
    expect(sizes[500]).toBeLessThan(2000);
    expect(sizes[999]).toBeGreaterThan(100_000);
    // Nobody can pass a test of copies by copying the wrong file.
    const large = kind("f").filter((_, index) => stats[index]!.size > 5);
    expect(new Set(large.map((line) => line.split(" ")[2])).size).toBe(large.length);
  });

  test("makes the same tree from the same seed, and another from another", () => {
    const trees = [7, 7, 8].map((seed, index) => {
      const root = path.join(folder, String(index));
      generateTree({ root, files: 100, bytes: 3_000_000, seed });
      return manifestOf(root);
    });
    expect(trees[1]).toEqual(trees[0]);
    expect(trees[2]).not.toEqual(trees[0]);
  });

  test("makes files that are larger than its stock of noise", () => {
    const root = path.join(folder, "tree");
    generateTree({ root, files: 1, bytes: 3_500_000 });
    const [line] = manifestOf(root).filter((each) => each.startsWith("f"));
    expect(lstatSync(path.join(root, line!.split(" ")[3]!)).size).toBe(3_500_000);
  });
});
