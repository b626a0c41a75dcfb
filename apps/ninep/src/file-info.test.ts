import { expect, test } from "vitest";
import { formatTime } from "./file-info.js";

test.each([
  [0n, 0n, "1970-01-01T00:00:00.000000000Z"],
  [1_000_000_000n, 5n, "2001-09-09T01:46:40.000000005Z"],
  [(1n << 64n) - 1n, 999_999_999n, "1969-12-31T23:59:59.999999999Z"],
  [1n << 62n, 0n, "@4611686018427387904"],
])("%d seconds and %d nanoseconds", (sec, nsec, text) => {
  expect(formatTime({ sec, nsec })).toBe(text);
});
