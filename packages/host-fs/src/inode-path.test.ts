import fc from "fast-check";
import { expect, it } from "vitest";
import { InodePaths } from "./inode-path.js";

it("leaves inode numbers of the root's device as they are", () => {
  const paths = new InodePaths(8, 1);
  for (const ino of [1n, 2n, 1n << 32n, (1n << 56n) - 1n]) expect(paths.of(8, 1, ino)).toBe(ino);
});

it("gives each file of each device a path of its own, always the same, in 64 bits", () => {
  const file = fc.tuple(
    fc.nat(300),
    fc.nat(3),
    fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
  );
  fc.assert(
    fc.property(fc.array(file, { maxLength: 400 }), (files) => {
      const paths = new InodePaths(0, 0);
      const seen = new Map<bigint, string>();
      for (const [major, minor, ino] of [...files, ...files]) {
        const qidPath = paths.of(major, minor, ino);
        expect(qidPath >= 0n && qidPath < 1n << 64n).toBe(true);
        const name = `${major}:${minor}:${ino}`;
        expect(seen.get(qidPath) ?? name).toBe(name);
        seen.set(qidPath, name);
      }
    }),
  );
});
