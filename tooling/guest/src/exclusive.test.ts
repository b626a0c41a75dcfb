import { expect, test } from "vitest";
import { exclusively } from "./exclusive.js";

test("never runs two at once, and lets the next one in", async () => {
  let running = 0;
  let most = 0;
  let waits = 0;
  const name = `test ${process.pid}`;
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
  };
  const count = (): void => {
    waits += 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => exclusively(name, count, work)));
  expect(most).toBe(1);
  expect(waits).toBe(3);
});

test("lets go when the work fails", async () => {
  const name = `failing ${process.pid}`;
  const fail = (): Promise<never> => Promise.reject(new Error("no"));
  await expect(exclusively(name, () => undefined, fail)).rejects.toThrow("no");
  await expect(
    exclusively(
      name,
      () => undefined,
      () => Promise.resolve(1),
    ),
  ).resolves.toBe(1);
});
