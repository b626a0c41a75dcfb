import { errno } from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import { NinepError } from "./ninep-error.js";
import type { OpenFile } from "./open-file.js";
import { CHUNK_SIZE, WINDOW } from "./read-chunks.js";

export interface WriteOptions extends RequestOptions {
  /** Twrites in flight, 16 by default. */
  readonly window?: number;
}

/** Where bytes to write come from: a generator, an array of chunks, a stream of Node. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Writes all of `data`. */
export async function writeAll(
  file: OpenFile,
  data: Uint8Array,
  offset: bigint,
  options?: WriteOptions,
): Promise<void> {
  await writeChunks(file, [data], offset, options);
}

/** Writes what `source` yields with a window of requests in flight; returns the bytes written. */
export async function writeChunks(
  file: OpenFile,
  source: ByteSource,
  offset: bigint,
  options: WriteOptions = {},
): Promise<bigint> {
  const { window = WINDOW, signal } = options;
  const size = Math.min(CHUNK_SIZE, file.ioSize);
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let at = offset;
  try {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length && failures.length === 0; start += size) {
        const part = chunk.subarray(start, start + size);
        const written = writePart(file, part, at, signal).catch((error: unknown) => {
          failures.push(error);
        });
        inFlight.add(written);
        void written.finally(() => inFlight.delete(written));
        at += BigInt(part.length);
        if (inFlight.size >= window) await Promise.race(inFlight);
      }
      if (failures.length > 0) break;
    }
  } finally {
    // The fid may be clunked after this, so no request on it may be under way.
    await Promise.all(inFlight);
  }
  if (failures.length > 0) throw failures[0];
  return at - offset;
}

/** Writes until all is written: a server may take less than it was given. */
async function writePart(
  file: OpenFile,
  data: Uint8Array,
  offset: bigint,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let done = 0; done < data.length;) {
    const count = await file.write(data.subarray(done), offset + BigInt(done), { signal });
    if (count === 0) throw new NinepError(errno.EIO, "Twrite: the server took no bytes and gave no error");
    done += count;
  }
}
