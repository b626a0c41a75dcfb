#!/usr/bin/env node
// Measures ninepd over vhost-user, without a VM, next to a Unix socket: round trips, and
// copies of a tree, taking turns. Prints a Markdown table. See ../README.md.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { Client } from "@ninep/client";
import { VhostUserChannel } from "@ninep/net";
import { generateTree } from "@ninep/tree";
import { FrontEnd } from "@ninep/virtio";
import { HEADER_SIZE, NOTAG, Reader, Rversion, Tversion, Writer } from "@ninep/wire";

const { values: flags } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    runs: { type: "string", default: "5" },
    spin: { type: "string", default: "100" },
  },
});
const scale = Number(flags.scale);
const runs = Number(flags.runs);
const spin = Number(flags.spin);
if (!(scale > 0 && scale <= 1 && Number.isInteger(runs) && runs > 0 && spin >= 0)) {
  console.error("versus-unix: --scale is above 0 and at most 1, --runs a whole number above 0, --spin in µs");
  process.exit(2);
}
const ninepd = fileURLToPath(new URL("../../../apps/ninepd/bin/ninepd.js", import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), "ninep-bench-"));
const root = path.join(folder, "tree");
const files = Math.round(27_800 * scale);
generateTree({ root, files, bytes: 520_000_000 * scale });
const sockets = Object.fromEntries(
  ["unix", "vhost", "spin"].map((name) => [name, path.join(folder, `${name}.sock`)]),
);
const children = [
  await serve([`unix:${sockets.unix}`, `vhost-user:${sockets.vhost},tag=tree`], []),
  await serve([`vhost-user:${sockets.spin},tag=tree`], ["--spin", String(spin)]),
];
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

console.log("| what | median (least to greatest) |\n|---|--:|");
const sleeping = await roundTrips(sockets.vhost, false);
const spinning = await roundTrips(sockets.spin, true);
row(
  "a Tversion and its reply, both sides asleep between",
  sleeping.map((us) => us),
  "µs",
);
row("the same, both sides spinning", spinning, "µs");

const ways = {
  "Unix socket, one request at a time": () => dialUnix(sockets.unix, 1),
  "Unix socket, 32 at once": () => dialUnix(sockets.unix, 32),
  "vhost-user, one at a time": () => dialVhost(sockets.vhost, 1, 0),
  "vhost-user, 32 at once": () => dialVhost(sockets.vhost, 32, 0),
  "vhost-user, one at a time, spinning": () => dialVhost(sockets.spin, 1, spin),
  "vhost-user, 32 at once, spinning": () => dialVhost(sockets.spin, 32, spin),
};
const names = Object.keys(ways);
const times = Object.fromEntries(names.map((name) => [name, []]));
for (let run = -1; run < runs; run++) {
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(turn + run + 1) % names.length];
    const client = await ways[name]();
    const start = performance.now();
    const { count } = await readTree(client);
    if (count !== files) throw new Error(`${name}: ${count} files in place of ${files}`);
    if (run >= 0) times[name].push(performance.now() - start);
    client.close();
  }
}
const [base] = names;
for (const name of names) {
  const ratios = times[name].map((time, i) => times[base][i] / time);
  row(`${files} files read over ${name}: as fast as the first, times`, ratios, "");
}
process.exit(0);

async function serve(addresses, more) {
  const listen = addresses.flatMap((address) => ["--listen", address]);
  const child = spawn(process.execPath, [ninepd, root, ...listen, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

async function dialUnix(socket, maxInFlight) {
  const stream = createConnection(socket);
  await once(stream, "connect");
  const transport = {
    start(events) {
      stream
        .on("data", events.data)
        .on("drain", events.drain)
        .on("close", () => events.close());
    },
    write: (bytes) => stream.write(bytes),
    close: () => stream.destroySoon(),
  };
  return Client.connect(transport, { msize: 512_000, maxInFlight });
}

async function dialVhost(socket, maxInFlight, spinning) {
  const channel = await VhostUserChannel.dial(socket, { maxInFlight, spin: spinning });
  return Client.connect(channel, { msize: 512_000, maxInFlight });
}

/** Reads every file of the tree, directories side by side. */
async function readTree(client) {
  const top = await client.attach();
  let count = 0;
  let bytes = 0;
  const visit = async (directory) => {
    const below = [];
    for await (const { name, type } of directory.readdir()) {
      if (name === "." || name === "..") continue;
      below.push(readOne(directory, name, type));
    }
    await Promise.all(below);
  };
  const readOne = async (directory, name, type) => {
    const file = await directory.walk([name]);
    if (type === 4) await visit(file);
    else if (type === 8) {
      count++;
      bytes += (await file.readFile()).length;
    }
    await file.close();
  };
  await visit(top);
  return { count, bytes };
}

/** Microseconds of a round trip: medians of several thousand each. */
async function roundTrips(socket, spins) {
  const frontEnd = await FrontEnd.connect(socket);
  const { ring } = frontEnd.queues[0];
  const request = frontEnd.memory.allocate(64);
  const reply = frontEnd.memory.allocate(64);
  const size = Tversion.encode(new Writer().reset(request.bytes), NOTAG, {
    msize: 65536,
    version: "9P2000.L",
  });
  const results = [];
  for (let run = -1; run < runs; run++) {
    const count = spins ? 20_000 : 2000;
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      ring.add([{ address: request.address, length: size }], [{ address: reply.address, length: 64 }]);
      frontEnd.kick();
      while (!ring.reap()) if (!spins && !ring.wantInterrupts()) frontEnd.epoll.wait(-1);
    }
    if (run >= 0) results.push(((performance.now() - start) * 1000) / count);
  }
  const { msize } = Rversion.decode(new Reader().reset(reply.bytes, HEADER_SIZE, reply.bytes[0]));
  if (msize !== 65536) throw new Error(`msize ${msize}`);
  frontEnd.close();
  return results;
}

function row(what, values, unit) {
  const sorted = [...values].sort((a, b) => a - b);
  const figure = (value) => `${value.toFixed(2)}${unit && ` ${unit}`}`;
  const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  console.log(`| ${what} | ${figure(median)} (${figure(sorted[0])} to ${figure(sorted.at(-1))}) |`);
}
