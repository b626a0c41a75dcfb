// Time per operation of the codec, with every message type warmed up first so
// that no call site is luckier here than in a server. Run after a build:
// `node bench/codec.mjs [word…]`, where words select rows by name.
import * as wire from "../dist/index.js";

const SAMPLES = 9;
const SAMPLE_MS = 12;

const qid = { type: 0x80, version: 7, path: 0x123456789an };
const time = { sec: 1_700_000_000n, nsec: 123_456_789n };
const stat = {
  ...{ type: 0, dev: 0, qid, mode: 0o644, atime: 1_700_000_000, mtime: 1_700_000_000, length: 4096n },
  ...{ name: "package.json", uid: "root", gid: "root", muid: "root", extension: "" },
  ...{ nUid: 0, nGid: 0, nMuid: 0 },
};
const bodies = {
  Twalk: { fid: 1, newfid: 2, names: ["package.json"] },
  Rwalk: { qids: [qid] },
  Tread: { fid: 3, offset: 65_536n, count: 131_072 },
  Rread: { data: new Uint8Array(4096) },
  Twrite: { fid: 3, offset: 65_536n, data: new Uint8Array(4096) },
  Tclunk: { fid: 3 },
  Rclunk: {},
  Rstat: { stat },
  Rlerror: { errno: 2 },
  Tlopen: { fid: 3, flags: 0o100000 },
  Rlopen: { qid, iounit: 0 },
  Tlcreate: { fid: 3, name: "package.json", flags: 0o102, mode: 0o644, gid: 0 },
  Tgetattr: { fid: 3, mask: 0x17ffn },
  Rgetattr: {
    ...{ valid: 0x17ffn, qid, mode: 0o100644, uid: 0, gid: 0, nlink: 1n, rdev: 0n, size: 4096n },
    ...{ blksize: 4096n, blocks: 8n, atime: time, mtime: time, ctime: time, btime: time },
    ...{ gen: 0n, dataVersion: 0n },
  },
  Tsetattr: { fid: 3, valid: 8, mode: 0, uid: 0, gid: 0, size: 0n, atime: time, mtime: time },
};

const buffer = new Uint8Array(1 << 20);
const writer = new wire.Writer();
const reader = new wire.Reader();
const rows = [];

for (const [name, body] of Object.entries(bodies)) {
  const message = wire[name];
  const size = message.encode(writer.reset(buffer), 1, body);
  const frame = buffer.slice(0, size);
  rows.push({ name: `encode ${name}`, run: () => message.encode(writer.reset(buffer), 1, body) });
  rows.push({ name: `decode ${name}`, run: () => message.decode(reader.reset(frame, wire.HEADER_SIZE)) });
}

const entry = { qid, offset: 77n, type: wire.DT_REG, name: "package.json" };
let end = 0;
writer.reset(buffer);
for (let i = 0; i < 100; i++) wire.writeDirent(writer, entry, buffer.length);
end = writer.position;
const dirents = buffer.slice(0, end);
rows.push({ name: "writeDirent", run: () => wire.writeDirent(writer.reset(buffer), entry, buffer.length) });
rows.push({ name: "readDirents", per: 100, run: () => wire.readDirents(reader.reset(dirents)) });

for (const [kind, text] of Object.entries({
  "12 ASCII": "package.json",
  "12 Latin": "résumé-ä.txt",
  "200 ASCII": "a/path/of/some/length/".repeat(9) + "ab",
  "12 not UTF-8": "r\udce9sum\udce9-x.txt",
})) {
  const bytes = wire.encodeText(text);
  rows.push({ name: `decodeText ${kind}`, run: () => wire.decodeText(bytes, 0, bytes.length) });
  rows.push({ name: `encodeTextInto ${kind}`, run: () => wire.encodeTextInto(text, buffer, 0) });
}

const stream = new Uint8Array(1000 * 19);
for (let i = 0; i < 1000; i++) wire.Tgetattr.encode(writer.reset(stream, i * 19), i, bodies.Tgetattr);
for (const cut of [stream.length, 64, 7]) {
  const chunks = [];
  for (let at = 0; at < stream.length; at += cut) chunks.push(stream.subarray(at, at + cut));
  const framer = new wire.Framer({ maxSize: 8192 });
  const run = () => {
    for (const chunk of chunks) {
      framer.push(chunk);
      while (framer.next() !== undefined);
    }
  };
  rows.push({ name: `frame, ${cut === stream.length ? "whole" : `cut each ${cut}`}`, per: 1000, run });
}

function nanoseconds(run, times) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) run();
  return Number(process.hrtime.bigint() - start);
}

for (let round = 0; round < 3; round++) for (const row of rows) nanoseconds(row.run, row.per ? 30 : 3000);
const only = process.argv.slice(2);
const table = [];
for (const { name, run, per = 1 } of rows) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
  let times = 16;
  while (nanoseconds(run, times) < SAMPLE_MS * 1e6) times *= 2;
  const samples = Array.from({ length: SAMPLES }, () => nanoseconds(run, times) / times / per);
  samples.sort((a, b) => a - b);
  table.push({
    operation: name,
    "ns (median)": Math.round(samples[SAMPLES >> 1]),
    "ns (best)": Math.round(samples[0]),
  });
}
console.table(table);
