// What is measured. Each scenario returns rows for the table: what, ratio or figure, target.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Tclunk, Tgetattr, Tlopen, Tread, Trenameat, Tunlinkat, Twalk } from "@ninep/wire";
import { FID_NUMBERS } from "./fid-numbers.mjs";
import { interleave, median, ratio, timed } from "./measure.mjs";

const GETATTR_MASK = 0x17ffn;
const [WALKED, OPENED] = [1, 2];
/** Fids from here on are directories that stay open, as in a guest's dentry cache. */
const FIRST_DIRECTORY = 10;

/** Every regular file of a tree as the names that lead to it. */
export function filesOf(root) {
  const files = [];
  const visit = (folder, names) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const at = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(at, [...names, entry.name]);
      else if (entry.isFile()) files.push([...names, entry.name]);
    }
  };
  visit(root, []);
  return files;
}

/** Reads every file of the tree, so that no server waits for the disk. */
export function warm(root, files) {
  const buffer = Buffer.alloc(1 << 20);
  for (const names of files) {
    const fd = openSync(path.join(root, ...names), "r");
    while (readSync(fd, buffer) > 0);
    closeSync(fd);
  }
}

/** Walks to the directory of each file once; returns, for each file, its directory's fid and its own name. */
function holdDirectories(client, files) {
  const fids = new Map();
  return files.map((names) => {
    const folder = names.slice(0, -1);
    const key = folder.join("/");
    if (!fids.has(key)) {
      fids.set(key, FIRST_DIRECTORY + fids.size);
      client.rpc(Twalk, { fid: 0, newfid: fids.get(key), names: folder });
    }
    return { fid: fids.get(key), names: names.slice(-1) };
  });
}

/** One request at a time, what Linux's client sends for each file of a tree that it reads. */
export function storeWalk({ servers, tree, files, runs }) {
  const walk = (server) => {
    const client = server.connect();
    const count = client.msize - 24;
    const places = holdDirectories(client, files);
    return () => {
      warm(tree, files);
      return timed(server, () => {
        for (const { fid, names } of places) {
          client.rpc(Twalk, { fid, newfid: WALKED, names });
          client.rpc(Tgetattr, { fid: WALKED, mask: GETATTR_MASK });
          client.rpc(Twalk, { fid: WALKED, newfid: OPENED, names: [] });
          client.rpc(Tlopen, { fid: OPENED, flags: 0 });
          let offset = 0n;
          // As the kernel does: a short read is the end.
          for (let size = Infinity; size - 11 >= count; offset += BigInt(size - 11)) {
            size = client.rpc(Tread, { fid: OPENED, offset, count });
          }
          client.rpc(Tclunk, { fid: OPENED });
          client.rpc(Tclunk, { fid: WALKED });
        }
      });
    };
  };
  const [ours, theirs] = interleave(runs, servers.map(walk));
  return [
    [
      `${files.length} files read one request at a time: wall time`,
      ratio(ours, theirs, "wall").text,
      "0.7 or less",
    ],
    ["the same: server CPU", ratio(ours, theirs, "cpu").text, "0.5 or less"],
  ];
}

/** A cached file of 300 MB from start to end, one read at a time. */
export function sequentialRead({ servers, big, runs }) {
  const read = (server) => {
    const client = server.connect();
    const count = client.msize - 24;
    client.rpc(Twalk, { fid: 0, newfid: OPENED, names: [big] });
    client.rpc(Tlopen, { fid: OPENED, flags: 0 });
    return () => {
      warm(server.tree, [[big]]);
      return timed(server, () => {
        let offset = 0n;
        for (let size; (size = client.rpc(Tread, { fid: OPENED, offset, count })) > 11;)
          offset += BigInt(size - 11);
      });
    };
  };
  const [ours, theirs] = interleave(runs, servers.map(read));
  return [
    ["300 MB read in sequence: throughput", ratio(theirs, ours, "wall").text, "1.5 or more"],
    ["the same: server CPU", ratio(ours, theirs, "cpu").text, ""],
  ];
}

/** Tgetattr on random fids while few or many are open, and what a million fids take. */
export function manyFids({ server, files, runs, many }) {
  const rows = [];
  for (const [kind, numbers] of Object.entries(FID_NUMBERS)) {
    const few = server.connect();
    const full = server.connect();
    const fids = numbers(many);
    const open = (client, count) => {
      const blocks = [];
      for (let i = 0, start = performance.now(); i < count; i++) {
        client.rpc(Twalk, { fid: 0, newfid: fids[i], names: files[i % files.length] });
        if ((i + 1) % (count / 10) === 0) {
          blocks.push(performance.now() - start);
          start = performance.now();
        }
      }
      return blocks;
    };
    open(few, 100);
    const blocks = open(full, many);
    const asks = (client, count) => () =>
      timed(server, () => {
        for (let i = 0; i < 20_000; i++) {
          client.rpc(Tgetattr, { fid: fids[Math.floor(Math.random() * count)], mask: GETATTR_MASK });
        }
      });
    const [a, b] = interleave(runs, [asks(full, many), asks(few, 100)]);
    const million = many.toLocaleString("en");
    rows.push([
      `Tgetattr with ${million} fids against 100, ${kind} numbers`,
      ratio(a, b, "wall").text,
      "1.2 or less",
    ]);
    rows.push([
      `making ${million} ${kind} fids: last tenth against the others' median`,
      (blocks.at(-1) / median(blocks.slice(0, -1))).toFixed(2),
      "about 1",
    ]);
    if (kind === "dense") {
      rows.push([`memory with ${million} fids`, `${server.memory.toFixed(0)} MB`, "under 400 MB"]);
      rows.push([`descriptors with ${million} fids`, String(server.descriptors), "1024 or less"]);
    }
    few.close();
    full.close();
  }
  return rows;
}

/** Removing a tree and renaming its directory, with few and with many other fids open. */
export function manyOthers({ server, files, runs, others }) {
  const folder = path.join(server.tree, "removed");
  const work = (client) => () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (let i = 0; i < 2000; i++) writeFileSync(path.join(folder, `f${i}`), "");
    client.rpc(Twalk, { fid: 0, newfid: WALKED, names: ["removed"] });
    const rename = timed(server, () => {
      for (let i = 0; i < 500; i++) {
        client.rpc(Trenameat, { olddirfid: 0, oldname: "removed", newdirfid: 0, newname: "moved" });
        client.rpc(Trenameat, { olddirfid: 0, oldname: "moved", newdirfid: 0, newname: "removed" });
      }
    });
    const remove = timed(server, () => {
      for (let i = 0; i < 2000; i++) client.rpc(Tunlinkat, { dirfid: WALKED, name: `f${i}`, flags: 0 });
    });
    client.rpc(Tclunk, { fid: WALKED });
    return { rename: rename.wall, remove: remove.wall };
  };
  const clients = [10, others].map((count) => {
    const client = server.connect();
    for (let i = 0; i < count; i++) {
      client.rpc(Twalk, { fid: 0, newfid: FIRST_DIRECTORY + i, names: files[i % files.length] });
    }
    return client;
  });
  const [few, many] = interleave(runs, clients.map(work));
  rmSync(folder, { recursive: true, force: true });
  for (const client of clients) client.close();
  const count = others.toLocaleString("en");
  return [
    [`rm of 2,000 files, ${count} other fids against 10`, ratio(many, few, "remove").text, "about 1"],
    [`rename of a directory, ${count} other fids against 10`, ratio(many, few, "rename").text, "about 1"],
  ];
}

/** A file of 300 MB beside the tree's own. */
export function makeBigFile(root) {
  const name = "300-megabytes";
  if (!existsSync(path.join(root, name))) {
    const piece = Buffer.alloc(1_000_000, "ninep ");
    for (let i = 0; i < 300; i++) writeFileSync(path.join(root, name), piece, { flag: "a" });
  }
  return name;
}
