// Reading a large directory.
import { interleave, ratio, timed } from "./measure.mjs";

const FID = 1;
/** diod 1.0.24 answers EIO to 64 KiB and more. */
const PIECE = 32 * 1024;

export function readDirectory({ servers, folder, entries, runs }) {
  const contenders = servers.map((server) => {
    const client = server.connect();
    return () =>
      timed(server, () => {
        client.walk(0, FID, [folder]);
        client.lopen(FID, 0);
        for (let cookie = 0n; cookie !== undefined;) cookie = client.readdir(FID, cookie, PIECE);
        client.clunk(FID);
      });
  });
  const [ours, theirs] = interleave(runs, 4, contenders);
  const name = `directory of ${entries.toLocaleString("en")} entries`;
  return [
    [`${name}: wall time`, ratio(ours, theirs, "wall"), ""],
    [`${name}: server CPU`, ratio(ours, theirs, "cpu"), ""],
  ];
}
