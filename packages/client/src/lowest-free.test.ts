import fc from "fast-check";
import { expect, test } from "vitest";
import { LowestFree } from "./lowest-free.js";

test("hands out the lowest free number, whatever is taken and given back", () => {
  const step = fc.oneof(fc.constant(-1), fc.nat({ max: 30 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const numbers = new LowestFree(20);
      const taken = new Set<number>();
      for (const give of steps) {
        if (give >= 0) {
          if (taken.delete(give)) numbers.give(give);
          continue;
        }
        let lowest = 0;
        while (taken.has(lowest)) lowest++;
        expect(numbers.take()).toBe(lowest < 20 ? lowest : undefined);
        if (lowest < 20) taken.add(lowest);
        expect(numbers.taken).toBe(taken.size);
      }
    }),
  );
});
