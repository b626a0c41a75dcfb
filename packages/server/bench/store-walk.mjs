// One request at a time, what Linux's client sends for each file of a tree that it reads.
import { warm } from "./host-files.mjs";
import { each, interleave, ratio, timed } from "./measure.mjs";

const [WALKED, OPENED] = [1, 2];
/** Fids from here on are directories that stay open, as in a guest's dentry cache. */
const FIRST_DIRECTORY = 10;
/** Files that one server reads before it is the other's turn. */
const BLOCK = 200;

export function storeWalk({ servers, tree, files, runs }) {
  warm(tree, files);
  const contenders = servers.map((server) => {
    const client = server.connect();
    const places = holdDirectories(client, files);
    return (block) =>
      timed(server, () => {
        for (const { fid, names } of places.slice(block * BLOCK, (block + 1) * BLOCK)) {
          readFile(client, fid, names);
        }
      });
  });
  const blocks = Math.ceil(files.length / BLOCK);
  const [ours, theirs] = interleave(runs, blocks, contenders);
  const name = `${files.length.toLocaleString("en")} files, one request at a time`;
  const count = files.length * 7;
  return [
    [`${name}: wall time`, ratio(ours, theirs, "wall"), "0.7 or less"],
    [`${name}: server CPU`, ratio(ours, theirs, "cpu"), "0.5 or less"],
    [
      "… server CPU of a request, ninepd and diod",
      `${each(ours, "cpu", count)}, ${each(theirs, "cpu", count)}`,
      "",
    ],
  ];
}

/** Walks to the directory of each file once; returns, for each file, its directory's fid and its own name. */
function holdDirectories(client, files) {
  const fids = new Map();
  return files.map((names) => {
    const folder = names.slice(0, -1);
    const key = folder.join("/");
    if (!fids.has(key)) {
      fids.set(key, FIRST_DIRECTORY + fids.size);
      client.walk(0, fids.get(key), folder);
    }
    return { fid: fids.get(key), names: names.slice(-1) };
  });
}

function readFile(client, directory, names) {
  const count = client.msize - 24;
  client.walk(directory, WALKED, names);
  client.getattr(WALKED);
  client.walk(WALKED, OPENED, []);
  client.lopen(OPENED, 0);
  let offset = 0;
  // As the kernel does: a short read is the end.
  for (let size = count; size === count; offset += size) size = client.read(OPENED, offset, count);
  client.clunk(OPENED);
  client.clunk(WALKED);
}
