// Removing and renaming while few or many other fids are open.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Trenameat, Tunlinkat } from "@ninep/wire";
import { interleave, ratio, timed } from "./measure.mjs";

const FEW = 10;
const DIRECTORY = 1;
const FIRST_OTHER = 10;
/** Files removed and renames made in one turn, and turns: 2,000 files in all. */
const COUNT = 200;
const BLOCKS = 10;

export function manyOthers({ server, files, runs, others }) {
  const clients = [others, FEW].map((count) => {
    const client = server.connect();
    for (let i = 0; i < count; i++) client.walk(0, FIRST_OTHER + i, files[i % files.length]);
    return client;
  });
  const folder = path.join(server.tree, "removed");
  const remove = (client) => () => {
    mkdirSync(folder);
    for (let i = 0; i < COUNT; i++) writeFileSync(path.join(folder, `f${i}`), "");
    client.walk(0, DIRECTORY, ["removed"]);
    const cost = timed(server, () => {
      for (let i = 0; i < COUNT; i++) client.rpc(Tunlinkat, { dirfid: DIRECTORY, name: `f${i}`, flags: 0 });
    });
    client.clunk(DIRECTORY);
    rmSync(folder, { recursive: true });
    return cost;
  };
  const rename = (client) => () => {
    mkdirSync(folder);
    client.walk(0, DIRECTORY, ["removed"]);
    const move = (oldname, newname) =>
      client.rpc(Trenameat, { olddirfid: 0, oldname, newdirfid: 0, newname });
    const cost = timed(server, () => {
      for (let i = 0; i < COUNT; i += 2) {
        move("removed", "moved");
        move("moved", "removed");
      }
    });
    client.clunk(DIRECTORY);
    rmSync(folder, { recursive: true });
    return cost;
  };
  const removed = interleave(runs, BLOCKS, clients.map(remove));
  const renamed = interleave(runs, BLOCKS, clients.map(rename));
  for (const client of clients) client.close();
  const against = `with ${others.toLocaleString("en")} other fids against ${FEW}`;
  return [
    [`ninepd: rm of 2,000 files ${against}: server CPU`, ratio(...removed, "cpu"), "about 1"],
    [`ninepd: rename of a directory ${against}: server CPU`, ratio(...renamed, "cpu"), "about 1"],
  ];
}
