import { expect, test } from "vitest";
import { TaskPool, mapPool } from "./task-pool.js";

const later = async () => new Promise<void>((resolve) => setTimeout(resolve, 1));

test("a pool runs so many tasks at once, the latest first, and then is idle", async () => {
  const pool = new TaskPool(3, 5);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  await pool.idle();
  for (let i = 0; i < 10; i++) {
    pool.add(async () => {
      most = Math.max(most, ++running);
      await later();
      running--;
      order.push(i);
    });
  }
  await pool.ready();
  expect(order.length).toBeGreaterThanOrEqual(2);
  await pool.idle();
  expect(most).toBe(3);
  expect(order.slice(3)).toEqual([9, 8, 7, 6, 5, 4, 3]);
});

test("results come in the order of the items", async () => {
  let running = 0;
  let most = 0;
  const results = await mapPool([5, 4, 3, 2, 1], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < item; i++) await later();
    running--;
    return item * 10;
  });
  expect(results).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
  expect(await mapPool([], 2, later)).toEqual([]);
});
