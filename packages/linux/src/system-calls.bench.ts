// Measures the calls that run for every 9P request against what Node's fs does for the same. Both take turns in short
// rounds, and the medians are compared: machines differ, and change their mind from one second to the next.
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  DirentCursor,
  IoVector,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  RWF_NOWAIT,
  SEEK_SET,
  STATX_BASIC_STATS,
  Statx,
  SystemError,
  close,
  eventfd,
  drainEventfd,
  fdPath,
  fstatx,
  getdents64,
  lseek,
  openat,
  openat2,
  pread,
  preadAsync,
  preadv2,
  pwrite,
  readVector,
  receive,
  reopen,
  send,
  setXattr,
  signalEventfd,
  socketPair,
  statx,
  tryGetXattr,
  tryGetXattrAt,
  tryOpenat,
  tryStatx,
} from "./index.js";

const ROUNDS = 60;
const CALLS = 1000;

const dir = fs.mkdtempSync(join(tmpdir(), "ninep-bench-"));
const file = join(dir, "file");
fs.writeFileSync(file, Buffer.alloc(1 << 20, 1));
for (let i = 0; i < 100; i++) fs.writeFileSync(join(dir, `entry-${i}.txt`), "");

const root = openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY);
const list = openat(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY);
const fd = openat(root, "file", O_RDWR);
const path = openat(root, "file", O_PATH);
const inRoot = `${fdPath(root)}/file`;
const missing = `${fdPath(root)}/missing`;
const buffer = Buffer.alloc(1 << 20);
const part = 11;
const stat = new Statx();
const cursor = new DirentCursor(buffer);
const vector = new IoVector(32);
for (let i = 0; i < 32; i++) vector.push(buffer, i * 8192, 4096);
const buffers = Array.from({ length: 32 }, (_, i) => buffer.subarray(i * 8192, i * 8192 + 4096));
const [left, right] = socketPair();
const wake = eventfd();
setXattr(path, "user.bench", Buffer.from("value"), 0);

interface Case {
  readonly name: string;
  readonly ours: () => unknown;
  /** The same by Node alone, where it can. */
  readonly node?: () => unknown;
}

function caught(call: () => unknown): void {
  try {
    call();
  } catch {
    // That is what is measured.
  }
}

function listing(): number {
  lseek(list, 0, SEEK_SET);
  let bytes = 0;
  for (let size = getdents64(list, buffer, 32768); size > 0; size = getdents64(list, buffer, 32768)) {
    cursor.reset(size);
    while (cursor.advance()) bytes += cursor.nameEnd - cursor.nameStart + cursor.type;
  }
  return bytes;
}

const cases: Case[] = [
  {
    name: "pread of 4 KiB",
    ours: () => pread(fd, buffer, 4096, 0, 4096),
    node: () => fs.readSync(fd, buffer, 0, 4096, 4096),
  },
  {
    name: "pread of 4 KiB into the middle of a buffer",
    ours: () => pread(fd, buffer, 4096, part, 4096),
    node: () => fs.readSync(fd, buffer, part, 4096, 4096),
  },
  {
    name: "preadv2 of 4 KiB, RWF_NOWAIT",
    ours: () => preadv2(fd, buffer, 4096, RWF_NOWAIT, part, 4096),
  },
  {
    name: "pread of 512 KiB",
    ours: () => pread(fd, buffer, 0, 0, 524288),
    node: () => fs.readSync(fd, buffer, 0, 524288, 0),
  },
  {
    name: "32 areas of 4 KiB in one call",
    ours: () => readVector(fd, vector, 0),
    node: () => fs.readvSync(fd, buffers, 0),
  },
  {
    name: "pwrite of 4 KiB",
    ours: () => pwrite(fd, buffer, 4096, part, 4096),
    node: () => fs.writeSync(fd, buffer, part, 4096, 4096),
  },
  {
    name: "attributes of a descriptor",
    ours: () => {
      fstatx(fd, STATX_BASIC_STATS, stat);
    },
    node: () => fs.fstatSync(fd),
  },
  {
    name: "attributes of a name in a directory",
    ours: () => {
      statx(root, "file", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, stat);
    },
    node: () => fs.lstatSync(inRoot),
  },
  {
    name: "a missing name, answered as a number",
    ours: () => tryStatx(root, "missing", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, stat),
    node: () => fs.lstatSync(missing, { throwIfNoEntry: false }),
  },
  {
    name: "a missing name, thrown and caught",
    ours: () => {
      caught(() => {
        statx(root, "missing", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, stat);
      });
    },
    node: () => {
      caught(() => fs.lstatSync(missing));
    },
  },
  {
    name: "a SystemError against an Error with a stack",
    ours: () => new SystemError(2, "openat", "missing"),
    node: () => new Error("openat: ENOENT: no such file or directory, 'missing'"),
  },
  {
    name: "open in a directory and close",
    ours: () => {
      close(openat(root, "file", O_RDONLY));
    },
    node: () => {
      fs.closeSync(fs.openSync(inRoot, "r"));
    },
  },
  {
    name: "openat2 and close",
    ours: () => {
      close(openat2(root, "file", O_RDONLY, 0, 0));
    },
  },
  { name: "open of a missing name", ours: () => tryOpenat(root, "missing", O_RDONLY) },
  {
    name: "reopen of an O_PATH descriptor and close",
    ours: () => {
      close(reopen(path, O_RDONLY));
    },
    node: () => {
      fs.closeSync(fs.openSync(fdPath(path), "r"));
    },
  },
  {
    name: "a directory of 100 entries with types",
    ours: listing,
    node: () => fs.readdirSync(dir, { withFileTypes: true }),
  },
  { name: "xattr of a descriptor", ours: () => tryGetXattr(path, "user.bench", buffer) },
  { name: "xattr of a name in a directory", ours: () => tryGetXattrAt(root, "file", "user.bench", buffer) },
  {
    name: "send and receive 100 bytes on a socket pair",
    ours: () => send(left, buffer, 100) + receive(right, buffer, 100),
  },
  { name: "receive with nothing there", ours: () => receive(right, buffer, 100) },
  {
    name: "signal and drain an eventfd",
    ours: () => {
      signalEventfd(wake);
      drainEventfd(wake);
    },
  },
];

function time(call: () => unknown): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) call();
  return Number(process.hrtime.bigint() - start) / CALLS;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

const rows: Record<string, { "ns here": number; "ns in fs": number | string; "times as fast": string }> = {};

function report(name: string, ours: number[], node: number[]): void {
  const [here, there] = [median(ours), node.length > 0 ? median(node) : undefined];
  rows[name] = {
    "ns here": Math.round(here),
    "ns in fs": there === undefined ? "" : Math.round(there),
    "times as fast": there === undefined ? "" : (there / here).toFixed(1),
  };
}

for (const { name, ours, node } of cases) {
  const [oursTimes, nodeTimes]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    oursTimes.push(time(ours));
    if (node) nodeTimes.push(time(node));
  }
  report(name, oursTimes, nodeTimes);
}

async function timeAsync(call: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) await call();
  return Number(process.hrtime.bigint() - start) / CALLS;
}

const handle = await fs.promises.open(file);
const [oursTimes, nodeTimes]: [number[], number[]] = [[], []];
for (let round = 0; round < 10; round++) {
  oursTimes.push(await timeAsync(() => preadAsync(fd, buffer, 0, 0, 4096)));
  nodeTimes.push(await timeAsync(() => handle.read(buffer, 0, 4096, 0)));
}
report("pread of 4 KiB on the pool", oursTimes, nodeTimes);
await handle.close();

console.table(rows);
for (const each of [left, right, wake, root, list, fd, path]) close(each);
fs.rmSync(dir, { recursive: true });
