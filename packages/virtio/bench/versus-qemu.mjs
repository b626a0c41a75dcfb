#!/usr/bin/env node
// Measures ninepd next to QEMU's -virtfs and virtiofsd: one guest that has all
// of them, on the same files, taking turns. Prints a Markdown table. See ../README.md.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { runGuest } from "@ninep/guest";
import { generateTree } from "@ninep/tree";
import { PEERS, startPeer } from "./peers.mjs";
import { findQemu, processTime, qemuTime } from "./processor-time.mjs";

const { values: flags } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    runs: { type: "string", default: "3" },
    cpus: { type: "string", default: "1" },
    virtiofsd: { type: "string", default: "/usr/libexec/virtiofsd" },
    json: { type: "string" },
  },
});
const scale = Number(flags.scale);
const runs = Number(flags.runs);
if (!(scale > 0 && scale <= 1 && Number.isInteger(runs) && runs > 0)) {
  console.error("versus-qemu: --scale is above 0 and at most 1, --runs a whole number above 0");
  process.exit(2);
}
const names = Object.keys(PEERS).filter((name) => name !== "virtiofsd" || existsSync(flags.virtiofsd));
if (!names.includes("virtiofsd"))
  console.error("versus-qemu: without virtiofsd (apt-get install virtiofsd, or --virtiofsd PATH)");

const many = Math.round(5000 * scale);
const files = Math.round(27_800 * scale);
const megabytes = Math.max(1, Math.round(200 * scale));

/** What the guest does in a directory that it has just mounted, and what the host prepares in it before. */
const WORK = {
  [`find, ${files} files`]: { guest: 'find "$1/tree" -type f -size +0 | wc -l' },
  [`copy ${many} files of 4 KiB`]: { guest: 'cp -r "$1/many" /dev/shm/copy', after: "rm -rf /dev/shm/copy" },
  [`read a file of ${megabytes} MB`]: { guest: 'cat "$1/big" >/dev/null' },
  [`rm -rf of ${files} files, all looked up`]: {
    before: 'find "$1/doomed" -size +0 >/dev/null',
    guest: 'rm -rf "$1/doomed"',
    host: () => execFileSync("cp", ["-al", path.join(root, "tree"), path.join(root, "doomed")]),
  },
};

const folder = mkdtempSync(path.join(os.tmpdir(), "ninep-bench-"));
const root = path.join(folder, "share");
const children = [];
process.on("SIGINT", () => process.exit(130));
process.on("exit", () => {
  for (const child of children) child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

say(`making ${files + many} files`);
mkdirSync(root);
generateTree({ root: path.join(root, "tree"), files, bytes: 520_000_000 * scale });
mkdirSync(path.join(root, "many"));
for (let i = 0; i < many; i++)
  writeFileSync(path.join(root, "many", `file-${i}`), Buffer.alloc(4096, `${i} `));
writeFileSync(path.join(root, "big"), Buffer.alloc(megabytes * 1_000_000, "ninep "));

for (const name of names) children.push(await startPeer(name, root, folder, { virtiofsd: flags.virtiofsd }));
const samples = new Map();
/** The figures when the work at hand began. */
let began;
const server = createServer(serveGuest).listen(0, "127.0.0.1");
await once(server, "listening");
const memory = 2048;
const { exitCode, output } = await runGuest({
  script: guestScript(),
  env: { PORT: String(server.address().port) },
  memory,
  cpus: Number(flags.cpus),
  modules: ["virtiofs"],
  timeout: 3 * 3_600_000,
  qemuArgs: [
    ...["-name", "guest,debug-threads=on"],
    ...["-object", `memory-backend-memfd,id=shared,size=${memory}M,share=on`],
    ...["-machine", "memory-backend=shared"],
    ...names.flatMap((name) => PEERS[name].qemu(root, path.join(folder, `${name}.sock`)).flat()),
  ],
});
if (exitCode !== 0) {
  console.error(output);
  process.exit(1);
}
say("");
report();
process.exit(0);

function guestScript() {
  const lines = [
    "set -eu",
    'tell() { printf \'%s\\n\' "$1" | busybox nc 10.0.2.2 "$PORT" >/dev/null; }',
    ...Object.values(WORK).flatMap(({ guest, before = ":", after = ":" }, index) => [
      `before_${index}() { ${before}; }`,
      `work_${index}() { ${guest}; }`,
      `after_${index}() { ${after}; }`,
    ]),
    "mkdir -p /share",
  ];
  const works = Object.keys(WORK);
  for (let run = 0; run <= runs; run++) {
    for (const [index] of works.entries()) {
      for (let turn = 0; turn < names.length; turn++) {
        // Each begins once before the others and comes last once.
        const name = names[(turn + run + index) % names.length];
        lines.push(
          `tell "prepare ${index} ${name} ${run}"`,
          "sync; echo 3 >/proc/sys/vm/drop_caches",
          `${PEERS[name].mount} /share`,
          `before_${index} /share`,
          `tell "start ${index} ${name} ${run}"`,
          `work_${index} /share >/dev/null`,
          `tell "end ${index} ${name} ${run}"`,
          `after_${index} /share`,
          "umount /share",
        );
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Answers one line of the guest when it has been acted upon. */
function serveGuest(socket) {
  socket.on("error", () => undefined);
  socket.once("data", (data) => {
    const [what, index, name, run] = String(data).trim().split(" ");
    const work = Object.keys(WORK)[index];
    if (what === "prepare") WORK[work].host?.();
    else if (what === "start") began = { wall: performance.now(), ...processorTimes(name) };
    // The first run warms up.
    else if (Number(run) > 0) keep(work, name, began);
    say(`${work}: ${name}, run ${run} of ${runs}`);
    socket.end("ok\n");
  });
}

function processorTimes(name) {
  const child = children[names.indexOf(name)];
  return { server: child ? processTime(child.pid) : 0, qemu: qemuTime(findQemu()) };
}

function keep(work, name, before) {
  const now = processorTimes(name);
  const sample = {
    wall: performance.now() - before.wall,
    cpu: now.server + now.qemu - before.server - before.qemu,
    server: now.server - before.server,
  };
  if (!samples.has(work)) samples.set(work, {});
  (samples.get(work)[name] ??= []).push(sample);
}

function report() {
  const peers = names.filter((name) => name !== "ninepd");
  const columns = peers.flatMap((name) => [`wall, against ${name}`, `CPU, against ${name}`]);
  console.log(`| ${runs} runs in turns | ninepd: wall | ninepd: CPU | ${columns.join(" | ")} |`);
  console.log(`|---|--:|--:|${"--:|".repeat(columns.length)}`);
  for (const [work, by] of samples) {
    const own = ["wall", "cpu"].map((key) => `${(median(by.ninepd.map((s) => s[key])) / 1000).toFixed(2)} s`);
    const ratios = peers.flatMap((name) => ["wall", "cpu"].map((key) => ratio(by.ninepd, by[name], key)));
    console.log(`| ${work} | ${own.join(" | ")} | ${ratios.join(" | ")} |`);
  }
  if (flags.json)
    writeFileSync(
      flags.json,
      JSON.stringify({ scale, runs, samples: Object.fromEntries(samples) }, undefined, 2),
    );
}

/** Median of the ratios run by run, with the least and the greatest. */
function ratio(own, others, key) {
  const ratios = own.map((sample, i) => sample[key] / Math.max(others[i][key], 1));
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Progress, for a person who waits. */
function say(what) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what}${what ? " …" : ""}`);
}
