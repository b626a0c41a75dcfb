import { defineConfig } from "vitest/config";

/** Tests sit beside the code as x.test.ts; two cores are the smallest machine we test on. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // The root's test script adds these up for its last line.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.test-results.json" },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
