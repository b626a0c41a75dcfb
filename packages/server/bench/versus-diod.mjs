#!/usr/bin/env node
// Measures ninepd next to diod: interleaved, on the same tree, in the same run,
// and prints a Markdown table of ratios. See ../README.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { generateTree } from "@ninep/tree";
import { filesOf, makeBigFile, manyFids, manyOthers, sequentialRead, storeWalk } from "./scenarios.mjs";
import { SERVERS, Server } from "./servers.mjs";

const FILES = 27_800;
const BYTES = 520_000_000;
const MANY_FIDS = 1_000_000;
const OTHER_FIDS = 100_000;

const { scale, runs, json } = readFlags();
const missing = spawnSync("diod", ["--help"], { stdio: "ignore" }).error ? "diod" : undefined;
if (missing) {
  console.error(`versus-diod: ${missing} is not installed; ${SERVERS[missing].install}`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(os.tmpdir(), "ninep-bench-"));
const tree = path.join(folder, "tree");
const servers = [];
process.on("SIGINT", () => process.exit(130));
process.on("exit", () => {
  for (const server of servers) server.child.kill();
  rmSync(folder, { recursive: true, force: true });
});

say(`making a tree of ${Math.round(FILES * scale)} files`);
generateTree({ root: tree, files: Math.round(FILES * scale), bytes: Math.round(BYTES * scale) });
const files = filesOf(tree);
const big = makeBigFile(tree);
for (const name of Object.keys(SERVERS)) servers.push(await Server.start(name, tree, folder));

const rows = [];
rows.push(...step("reading the tree", () => storeWalk({ servers, tree, files, runs })));
rows.push(...step("reading 300 MB", () => sequentialRead({ servers, big, runs })));
const [server] = servers;
const many = Math.max(1000, Math.round(MANY_FIDS * scale));
rows.push(...step("opening many fids", () => manyFids({ server, files, runs, many })));
const others = Math.max(1000, Math.round(OTHER_FIDS * scale));
rows.push(...step("removing and renaming", () => manyOthers({ server, files, runs, others })));
for (const each of servers) await each.stop();

say("");
console.log(
  `| ninepd against diod, ${runs} interleaved runs | median (least to greatest) | target |\n|---|--:|---|`,
);
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
if (json) writeFileSync(json, JSON.stringify({ node: process.version, scale, runs, rows }, undefined, 2));
process.exit(0);

function step(what, run) {
  say(what);
  return run();
}

/** Progress, for a person who waits. */
function say(what) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what}${what ? " …" : ""}`);
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        scale: { type: "string", default: "1" },
        runs: { type: "string", default: "5" },
        json: { type: "string" },
      },
    });
    const [wantedScale, wantedRuns] = [Number(values.scale), Number(values.runs)];
    if (!(wantedScale > 0 && wantedScale <= 10))
      throw new Error(`--scale takes a number up to 10, not ${values.scale}`);
    if (!(Number.isInteger(wantedRuns) && wantedRuns > 0))
      throw new Error(`--runs takes a whole number, not ${values.runs}`);
    return { scale: wantedScale, runs: wantedRuns, json: values.json };
  } catch (error) {
    console.error(`versus-diod: ${error.message}`);
    process.exit(2);
  }
}
