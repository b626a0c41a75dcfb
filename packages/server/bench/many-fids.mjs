// What a million open fids cost, and what a request costs while they are open.
import { FID_NUMBERS } from "./fid-numbers.mjs";
import { each, interleave, median, ratio, timed } from "./measure.mjs";

const FEW = 100;
const ASKS = 500;
const BLOCKS = 40;
/** Coprime to every count of fids below it, so its multiples pick all of them in no order. */
const STRIDE = 2_147_483_647;

/** Half of the fids are walked to a file, the other half are clones; after `limit` milliseconds there are enough. */
export function manyFids({ server, files, runs, many, kind, limit = Infinity }) {
  const numbers = FID_NUMBERS[kind](many);
  const few = server.connect();
  makeFids(server, few, numbers.subarray(0, FEW), files, limit);
  const full = server.connect();
  const { made, tenths, longest } = makeFids(server, full, numbers, files, limit);
  const all = numbers.subarray(0, made);
  // Those on the files that the few are on, too.
  const near = all.filter((_, i) => (i >> 1) % files.length < FEW / 2);

  const asks = (client, fids) => (block) =>
    timed(server, () => {
      for (let i = 0; i < ASKS; i++) client.getattr(fids[((block * ASKS + i) * STRIDE) % fids.length]);
    });
  const [same, base, any] = interleave(runs, BLOCKS, [
    asks(full, near),
    asks(few, numbers.subarray(0, FEW)),
    asks(full, all),
  ]);
  const name = `${server.name}, ${made.toLocaleString("en")} ${kind} fids`;
  const ours = server.name === "ninepd";
  const slope = tenths.length > 2 ? (tenths.at(-1) / median(tenths.slice(0, -1))).toFixed(2) : "-";
  const rows = [
    [`${name} against ${FEW}: server CPU of a Tgetattr`, ratio(same, base, "cpu"), ours ? "1.2 or less" : ""],
    ["… in µs", `${each(same, "cpu", ASKS * BLOCKS)} against ${each(base, "cpu", ASKS * BLOCKS)}`, ""],
    ["… wall time", ratio(same, base, "wall"), ours ? "1.2 or less" : ""],
    ["… when the many are on all files of the tree: server CPU", ratio(any, base, "cpu"), ""],
    [`${name}: server CPU of making the last tenth, against the others`, slope, ours ? "about 1" : ""],
    ["… longest wait for one of them", `${longest.toFixed(0)} ms`, ""],
  ];
  if (kind === "dense" && ours) {
    rows.push(
      [`${name}: memory`, `${server.memory.toFixed(0)} MB`, "under 400 MB"],
      [`${name}: descriptors`, String(server.descriptors), "1,024 or less"],
    );
  }
  return rows;
}

/** Returns how many were made, the server's CPU time of each tenth, and the longest wait for one. */
function makeFids(server, client, fids, files, limit) {
  const tenths = [];
  const tenth = Math.ceil(fids.length / 10);
  const start = performance.now();
  let cpuBefore = server.cpu;
  let longest = 0;
  let made = 0;
  for (let now = start; made < fids.length && now - start < limit;) {
    const before = now;
    if (made % 2) client.walk(fids[made - 1], fids[made], []);
    else client.walk(0, fids[made], files[(made / 2) % files.length]);
    now = performance.now();
    longest = Math.max(longest, now - before);
    if (++made % tenth === 0) {
      const { cpu } = server;
      tenths.push(cpu - cpuBefore);
      cpuBefore = cpu;
    }
  }
  return { made, tenths, longest };
}
