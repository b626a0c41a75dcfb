#!/usr/bin/env node
// Measures ninepd next to diod: interleaved, on the same tree, in the same run,
// and prints a Markdown table of ratios. See ../README.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { generateTree } from "@ninep/tree";
import { sequentialRead, sequentialWrite } from "./big-file.mjs";
import { readDirectory } from "./directory.mjs";
import { filesOf, makeBigFile, warm } from "./host-files.mjs";
import { manyFids } from "./many-fids.mjs";
import { manyOthers } from "./many-others.mjs";
import { SERVERS, Server } from "./servers.mjs";
import { storeWalk } from "./store-walk.mjs";

const { scale, runs, json, only } = readFlags();
const missing = Server.missing();
if (missing.length > 0) {
  for (const name of missing)
    console.error(`versus-diod: ${name} is not installed; ${SERVERS[name].install}`);
  process.exit(2);
}

const scaled = (count, least) => Math.max(least, Math.round(count * scale));
const files = scaled(27_800, 100);
const megabytes = scaled(10, 1) * 30;
const entries = scaled(100_000, 100);

const folder = mkdtempSync(path.join(os.tmpdir(), "ninep-bench-"));
const running = [];
process.on("SIGINT", () => process.exit(130));
process.on("exit", () => {
  for (const server of running) server.child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const tree = path.join(folder, "tree");
const others = path.join(folder, "others");
say(`making a tree of ${files} files, ${megabytes} MB and a directory of ${entries} entries`);
generateTree({ root: tree, files, bytes: scaled(520_000_000, 1_000_000) });
mkdirSync(path.join(others, "directory"), { recursive: true });
for (let i = 0; i < entries; i++) writeFileSync(path.join(others, "directory", `entry-${i}`), "");
const big = makeBigFile(others, megabytes);
warm(others, [[big]]);
const names = filesOf(tree);

const rows = [];
await measure("reading the tree", tree, ["ninepd", "diod"], (servers) =>
  storeWalk({ servers, tree, files: names, runs }),
);
for (const msize of [1024 * 1024, 128 * 1024, 64 * 1024]) {
  for (const depth of [1, 4]) {
    await measure(`reading ${megabytes} MB`, others, ["ninepd", "diod"], (servers) =>
      sequentialRead({ servers, big, megabytes, runs, msize, depth }),
    );
  }
}
for (const msize of [1024 * 1024, 64 * 1024]) {
  await measure(`writing ${megabytes} MB`, others, ["ninepd", "diod"], (servers) =>
    sequentialWrite({ servers, megabytes, runs, msize }),
  );
}
await measure("reading a directory", others, ["ninepd", "diod"], (servers) =>
  readDirectory({ servers, folder: "directory", entries, runs }),
);
for (const kind of ["dense", "random", "colliding"]) {
  await measure(`opening ${kind} fids`, tree, ["ninepd"], ([server]) =>
    manyFids({ server, files: names, runs, many: scaled(1_000_000, 1000), kind }),
  );
}
await measure("opening dense fids of diod", tree, ["diod"], ([server]) =>
  manyFids({ server, files: names, runs, many: scaled(100_000, 1000), kind: "dense", limit: 60_000 }),
);
await measure("removing and renaming", tree, ["ninepd"], ([server]) =>
  manyOthers({ server, files: names, runs, others: scaled(100_000, 1000) }),
);
say("");

console.log(`| ${runs} interleaved runs | median (least to greatest) | target |\n|---|--:|---|`);
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
if (json) writeFileSync(json, JSON.stringify({ node: process.version, scale, runs, rows }, undefined, 2));
process.exit(0);

/** Runs one scenario on servers of its own, and adds its rows. */
async function measure(what, root, which, scenario) {
  if (!what.includes(only)) return;
  say(what);
  const servers = [];
  for (const name of which) {
    const server = await Server.start(name, root, folder);
    running.push(server);
    servers.push(server);
  }
  rows.push(...scenario(servers));
  for (const server of running.splice(0)) await server.stop();
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
        only: { type: "string", default: "" },
      },
    });
    const [wantedScale, wantedRuns] = [Number(values.scale), Number(values.runs)];
    if (!(wantedScale > 0 && wantedScale <= 1))
      throw new Error(`--scale takes a number above 0, up to 1, not ${values.scale}`);
    if (!(Number.isInteger(wantedRuns) && wantedRuns > 0))
      throw new Error(`--runs takes a whole number, not ${values.runs}`);
    return { scale: wantedScale, runs: wantedRuns, json: values.json, only: values.only };
  } catch (error) {
    console.error(`versus-diod: ${error.message}`);
    process.exit(2);
  }
}
