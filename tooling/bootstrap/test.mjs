// Builds and tests every package, then adds the results up in one last line.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { root, workspacePackages } from "./workspace.mjs";

const tested = workspacePackages().filter(({ manifest }) => manifest.scripts?.test);
const resultsOf = (folder) => path.join(folder, "node_modules/.test-results.json");
for (const { folder } of tested) rmSync(resultsOf(folder), { force: true });

// One package at a time: tests with two processes or a guest want both cores of a small machine.
const turbo = ["run", "test", "--concurrency=1", "--continue", "--env-mode=loose", "--output-logs=full"];
const { status } = spawnSync("turbo", [...turbo, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { folder } of tested) {
  if (!existsSync(resultsOf(folder))) continue;
  const results = JSON.parse(readFileSync(resultsOf(folder), "utf8"));
  total.passed += results.numPassedTests;
  total.failed += results.numFailedTests;
  total.skipped += results.numPendingTests + results.numTodoTests;
}
// A suite that could not even be loaded has no failed test to count.
if (status !== 0 && total.failed === 0) total.failed = 1;

const { guestSupport } = await import("../guest/dist/index.js");
const support = await guestSupport();
if (!support.ok) console.log(`The tests in a real guest were skipped: ${support.reason}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && status === 0 ? 0 : 1;
