import { readv } from "node:fs";
import { IoVector, RWF_NOWAIT, readVector, writeVector } from "@ninep/linux";
import { slicePieces } from "@ninep/server";

/** Filled anew for each call: calls of a thread do not overlap. */
const areas = new IoVector(1024);

function fill(pieces: readonly Uint8Array[]): void {
  areas.clear();
  for (const piece of pieces) areas.push(piece);
}

/** Reads what is in the page cache. Returns bytes, or the negative errno. */
export function readPieces(fd: number, into: readonly Uint8Array[], offset: bigint): number {
  fill(into);
  return readVector(fd, areas, offset, RWF_NOWAIT);
}

/** Returns bytes, or the negative errno. */
export function writePieces(fd: number, data: readonly Uint8Array[], offset: bigint): number {
  fill(data);
  return writeVector(fd, areas, offset);
}

/** Reads on libuv's pool, all but the first `done` bytes, which are there. Returns bytes with those. */
export async function readPiecesLater(
  fd: number,
  into: readonly Uint8Array[],
  offset: bigint,
  done: number,
): Promise<number> {
  for (;;) {
    const rest = slicePieces(into, done, Infinity);
    if (rest.length === 0) return done;
    const count = await new Promise<number>((resolve, reject) => {
      // Node takes the offset as a number; files beyond 2^53 bytes are beyond any file system.
      readv(fd, rest, Number(offset) + done, (error, bytes) => {
        if (error) reject(error);
        else resolve(bytes);
      });
    });
    if (count === 0) return done;
    done += count;
  }
}
