import { defineConfig } from "vitest/config";

/** Tests sit beside the code as x.test.ts; two cores are the smallest machine we test on. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
