// A large cached file from start to end, and a file written.
import { Tlcreate, Tremove } from "@ninep/wire";
import { each, interleave, ratio, timed } from "./measure.mjs";

const FID = 1;
/** Bytes that one server moves before it is the other's turn. */
const BLOCK = 30_000_000;
const WRITTEN_NAME = "written";
const WRONLY = 1;

/** `depth` reads are in flight at any time. */
export function sequentialRead({ servers, big, megabytes, runs, msize, depth }) {
  const sizes = [];
  const contenders = servers.map((server) => {
    const client = server.connect(msize);
    sizes.push(client.msize);
    client.walk(0, FID, [big]);
    client.lopen(FID, 0);
    return (block) => timed(server, () => readBlock(client, block * BLOCK, depth));
  });
  const [ours, theirs] = interleave(runs, (megabytes * 1e6) / BLOCK, contenders);
  const name = `${megabytes} MB read with msize ${kibibytes(sizes)}, ${depth} in flight`;
  return [
    [`${name}: throughput`, ratio(theirs, ours, "wall"), "1.5 or more"],
    [`${name}: server CPU`, ratio(ours, theirs, "cpu"), ""],
    [
      "… server CPU of a MiB, ninepd and diod",
      `${each(ours, "cpu", (megabytes * 1e6) / 2 ** 20)}, ${each(theirs, "cpu", (megabytes * 1e6) / 2 ** 20)}`,
      "",
    ],
  ];
}

function readBlock(client, start, depth) {
  const count = client.msize - 24;
  const end = start + BLOCK;
  let asked = start;
  let waiting = 0;
  const ask = (tag) => {
    if (asked >= end) return;
    client.sendRead(tag, FID, asked, Math.min(count, end - asked));
    asked += count;
    waiting++;
  };
  for (let tag = 1; tag <= depth; tag++) ask(tag);
  while (waiting > 0) {
    client.receive();
    waiting--;
    ask(client.tag);
  }
}

export function sequentialWrite({ servers, megabytes, runs, msize }) {
  const sizes = [];
  const contenders = servers.map((server) => {
    const client = server.connect(msize);
    sizes.push(client.msize);
    const name = `${WRITTEN_NAME}-${server.name}`;
    const create = () => {
      client.walk(0, FID, []);
      client.rpc(Tlcreate, { fid: FID, name, flags: WRONLY, mode: 0o644, gid: 0 });
    };
    const remove = () => {
      // Not every server knows Tunlinkat.
      client.rpc(Tremove, { fid: FID });
    };
    const blocks = (megabytes * 1e6) / BLOCK;
    return (block) => {
      if (block === 0) create();
      const cost = timed(server, () => {
        for (let at = block * BLOCK; at < (block + 1) * BLOCK;) {
          const count = Math.min(client.msize - 24, (block + 1) * BLOCK - at);
          client.write(FID, at, count);
          at += count;
        }
      });
      if (block === blocks - 1) remove();
      return cost;
    };
  });
  const [ours, theirs] = interleave(runs, (megabytes * 1e6) / BLOCK, contenders);
  const name = `${megabytes} MB written with msize ${kibibytes(sizes)}`;
  return [
    [`${name}: throughput`, ratio(theirs, ours, "wall"), ""],
    [`${name}: server CPU`, ratio(ours, theirs, "cpu"), ""],
  ];
}

/** What each server granted of the msize asked for: diod never more than 64 KiB. */
function kibibytes(sizes) {
  const each = sizes.map((size) => size / 1024);
  return each.every((size) => size === each[0]) ? `${each[0]} KiB` : `${each.join(" and ")} KiB`;
}
