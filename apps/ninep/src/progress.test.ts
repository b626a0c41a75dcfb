import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Progress, formatBytes } from "./progress.js";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("shows itself after a second, on one line, and goes away", () => {
  let written = "";
  const progress = new Progress((text) => (written += text));
  progress.files = 3;
  progress.bytes = 2_400_000;
  vi.advanceTimersByTime(900);
  expect(written).toBe("");
  vi.advanceTimersByTime(300);
  expect(written).toMatch(/^\r3 files, 2\.4 MB, 2\.\d MB\/s\u001b\[K/);
  written = "";
  progress.hide();
  expect(written).toBe("\r\u001b[K");
  progress.end();
  vi.advanceTimersByTime(1000);
  expect(written).toBe("\r\u001b[K");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [99_949, "99.9 kB"],
  [99_950, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [1.5e15, "1.5 PB"],
  [1e19, "10000 PB"],
])("%d bytes", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
