// Measures each table in a process of its own, so that none pays for the shapes another one showed the
// compiler. With --full it also takes the sizes and the samples for which the default has no time.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fidPatterns, shuffled, type FidPattern } from "./fid-patterns.js";
import type { FidTable } from "./fid-table.js";
import { HybridFidTable, LinkedListFidTable, MapFidTable } from "./index.js";

const tables: Record<string, () => FidTable<object>> = {
  hybrid: () => new HybridFidTable<object>(),
  map: () => new MapFidTable<object>(),
  list: () => new LinkedListFidTable<object>(),
};

const entry = {};
const full = process.argv.includes("--full");
const SIZES = full ? [10, 1000, 10_000, 100_000, 1_000_000] : [10, 1000, 10_000, 1_000_000];
/** The list takes n²/2 steps to fill whatever the numbers are; the Map does with numbers that collide in it. */
function largest(table: string, pattern: FidPattern): number {
  if (table === "list") return pattern === "dense" || full ? 10_000 : 10;
  if (table === "map" && pattern === "colliding") return full ? 10_000 : 1000;
  if (pattern === "colliding" || (pattern === "strided" && !full)) return 100_000;
  return 1_000_000;
}

interface Row {
  readonly table: string;
  readonly pattern: string;
  readonly fids: number;
  readonly get: number;
  readonly insert: number;
  readonly delete: number;
  readonly slots: number | undefined;
  readonly slowest: number;
  readonly bytes: number;
}

const worker = process.argv[2];
if (worker !== undefined && worker in tables) {
  console.log(JSON.stringify(measureTable(worker)));
} else {
  const rows = Object.keys(tables).flatMap(runTable);
  printTable(rows);
}

function runTable(table: string): Row[] {
  const script = fileURLToPath(import.meta.url);
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--expose-gc", script, table, ...process.argv.slice(2)],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (status !== 0) throw new Error(`measuring ${table} failed`);
  return JSON.parse(stdout) as Row[];
}

function measureTable(name: string): Row[] {
  const rows: Row[] = [];
  warmUp(name);
  for (const pattern of Object.keys(fidPatterns) as FidPattern[]) {
    for (const count of SIZES) {
      if (count <= largest(name, pattern)) rows.push(measure(name, pattern, count));
    }
  }
  return rows;
}

function warmUp(name: string): void {
  if (name === "list") measure(name, "dense", 1000);
  else for (const pattern of ["dense", "random"] as const) measure(name, pattern, 10_000);
}

function measure(name: string, pattern: FidPattern, count: number): Row {
  const create = tables[name]!;
  const fids = fidPatterns[pattern](count);
  const order = shuffled(fids);
  const rounds = Math.max(1, Math.min(10_000, Math.floor(100_000 / count)));
  // Where each operation walks all fids, one round says enough.
  const slow = count >= 1000 && (name === "list" || (name === "map" && pattern === "colliding"));
  const samples = slow || (count === 1_000_000 && !full) ? 1 : 3;
  return {
    table: name,
    pattern,
    fids: count,
    get: timeGets(create, fids, order.subarray(0, slow ? 1000 : 200_000), rounds, slow ? 1 : 3),
    ...timeChanges(create, fids, order, Math.min(rounds, slow ? 10 : 3000), samples),
    ...worstInsert(create, fids),
    bytes: bytesPerEntry(create, fids),
  };
}

function timeGets(
  create: () => FidTable<object>,
  fids: Uint32Array,
  order: Uint32Array,
  rounds: number,
  samples: number,
): number {
  const table = create();
  fill(table, fids);
  let best = Infinity;
  getAll(table, order);
  for (let sample = 0; sample < samples; sample++) {
    const start = performance.now();
    let found = 0;
    for (let round = 0; round < rounds; round++) found += getAll(table, order);
    best = Math.min(best, performance.now() - start);
    if (found !== rounds * order.length) throw new Error("the table lost fids");
  }
  return (best * 1e6) / (rounds * order.length);
}

function timeChanges(
  create: () => FidTable<object>,
  fids: Uint32Array,
  order: Uint32Array,
  rounds: number,
  samples: number,
) {
  let insert = Infinity;
  let remove = Infinity;
  for (let sample = 0; sample < samples; sample++) {
    let inserting = 0;
    let removing = 0;
    for (let round = 0; round < rounds; round++) {
      const table = create();
      const start = performance.now();
      fill(table, fids);
      const filled = performance.now();
      deleteAll(table, order);
      removing += performance.now() - filled;
      inserting += filled - start;
    }
    insert = Math.min(insert, inserting);
    remove = Math.min(remove, removing);
  }
  const perOp = 1e6 / (rounds * fids.length);
  return { insert: insert * perOp, delete: remove * perOp };
}

// The measured loops are functions of their own, small enough for the compiler to make the best of.

function getAll(table: FidTable<object>, order: Uint32Array): number {
  let found = 0;
  for (const fid of order) if (table.get(fid) !== undefined) found++;
  return found;
}

function deleteAll(table: FidTable<object>, order: Uint32Array): void {
  for (const fid of order) table.delete(fid);
}

function fill(table: FidTable<object>, fids: Uint32Array): void {
  for (const fid of fids) table.insert(fid, entry);
}

/**
 * The most slots that one insert touched, and the microseconds of the slowest. Each insert counts with the
 * best of its runs: what the table does happens in every run at the same insert, what the machine does in
 * between does not.
 */
function worstInsert(create: () => FidTable<object>, fids: Uint32Array) {
  const best = new Float64Array(fids.length).fill(Infinity);
  let slots: number | undefined;
  for (let run = 0; run < 3; run++) {
    const table = create();
    globalThis.gc?.();
    let before = 0;
    for (let i = 0; i < fids.length; i++) {
      const start = performance.now();
      table.insert(fids[i]!, entry);
      best[i] = Math.min(best[i]!, performance.now() - start);
      if (!(table instanceof HybridFidTable)) continue;
      const { touched } = table.stats();
      slots = Math.max(slots ?? 0, touched - before);
      before = touched;
    }
  }
  return { slots, slowest: best.reduce((most, time) => Math.max(most, time), 0) * 1000 };
}

function bytesPerEntry(create: () => FidTable<object>, fids: Uint32Array): number {
  // Enough of them to drown what the heap does by itself.
  const tablesToFill = Math.min(2000, Math.ceil(40_000 / fids.length));
  const before = bytesInUse();
  const filled = Array.from({ length: tablesToFill }, () => {
    const table = create();
    fill(table, fids);
    return table;
  });
  const after = bytesInUse();
  const size = filled.reduce((sum, table) => sum + table.size, 0);
  if (size !== tablesToFill * fids.length) throw new Error("a table lost fids");
  return (after - before) / size;
}

function bytesInUse(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function printTable(rows: Row[]): void {
  console.log(
    "| fids | count | table | get ns | insert ns | delete ns | get vs hybrid | slots of worst insert | slowest insert µs | bytes/fid |",
  );
  console.log("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|");
  const key = ({ pattern, fids }: Row): string => `${pattern} ${fids}`;
  const hybrid = new Map(rows.filter(({ table }) => table === "hybrid").map((row) => [key(row), row.get]));
  for (const first of rows.filter(({ table }) => table === "hybrid")) {
    for (const row of rows.filter((other) => key(other) === key(first))) {
      const ratio = `${short(row.get / hybrid.get(key(row))!)}×`;
      const cells = [
        row.pattern,
        row.fids.toLocaleString("en"),
        row.table,
        short(row.get),
        short(row.insert),
        short(row.delete),
        ratio,
      ];
      console.log(`| ${[...cells, row.slots ?? "", short(row.slowest), short(row.bytes)].join(" | ")} |`);
    }
  }
}

function short(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
