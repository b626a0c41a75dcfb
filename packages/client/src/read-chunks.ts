import type { RequestOptions } from "./connection-options.js";
import type { OpenFile } from "./open-file.js";

export interface ReadOptions extends RequestOptions {
  /** First byte, 0 by default. */
  readonly start?: bigint | number;
  /** The byte after the last one; the end of the file by default. */
  readonly end?: bigint | number;
  /**
   * How long the file is said to be, in bytes. It saves the requests that only
   * find out where the end is. A file that is longer or shorter is read whole all the same.
   */
  readonly sizeHint?: bigint | number;
  /** Bytes of a chunk but the last; at most and by default what one request carries, up to 256 KiB. */
  readonly chunkSize?: number;
  /** Treads in flight, 16 by default. */
  readonly window?: number;
}

/** More bytes in one request gain nothing: 16 of these in flight outrun any connection. */
export const CHUNK_SIZE = 256 * 1024;
export const WINDOW = 16;

/** One chunk on its way. It never rejects, so that it may be left alone. */
type Chunk = Promise<{ readonly bytes: Uint8Array; readonly end: boolean } | { readonly error: unknown }>;

/**
 * Reads a file in chunks, in order, with a window of requests in flight. While
 * the length is not known the window opens step by step, so that a short file
 * does not cost a row of requests behind its end.
 */
export async function* readChunks(
  file: OpenFile,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, end, sizeHint, chunkSize = CHUNK_SIZE, window = WINDOW, signal } = options;
  const size = Math.max(1, Math.min(chunkSize, file.ioSize));
  const hint = sizeHint === undefined ? undefined : BigInt(sizeHint);
  const last = end === undefined ? undefined : BigInt(end);
  const chunks: Chunk[] = [];
  let next = BigInt(start);
  let open = hint === undefined ? 1 : window;
  const fill = () => {
    while (chunks.length < open && (last === undefined || next < last)) {
      // Behind the supposed end, one request at a time looks whether there is more.
      if (hint !== undefined && next >= hint && chunks.length > 0) break;
      const length = chunkLength(size, next, last, hint);
      chunks.push(readChunk(file, next, length, hint, signal));
      next += BigInt(length);
    }
  };
  try {
    for (;;) {
      fill();
      const chunk = await chunks.shift();
      if (!chunk) return;
      if ("error" in chunk) throw chunk.error;
      if (chunk.bytes.length > 0) {
        open = Math.min(window, open * 2);
        fill();
        yield chunk.bytes;
      }
      if (chunk.end) return;
    }
  } finally {
    // The fid may be clunked after this, so no request on it may be under way.
    await Promise.all(chunks);
  }
}

function chunkLength(size: number, at: bigint, last: bigint | undefined, hint: bigint | undefined): number {
  const left = [size];
  if (last !== undefined && last - at < size) left.push(Number(last - at));
  // One byte more than there should be: when it does not come, that was the end.
  if (hint !== undefined && at < hint && hint - at < size) left.push(Number(hint - at) + 1);
  return Math.min(...left);
}

/** Reads until the chunk is full or the file ends: a server may give less than was asked for. */
async function readChunk(
  file: OpenFile,
  start: bigint,
  length: number,
  hint: bigint | undefined,
  signal: AbortSignal | undefined,
): Chunk {
  const bytes = new Uint8Array(length);
  let have = 0;
  try {
    while (have < length) {
      const got = await file.read(bytes.subarray(have), start + BigInt(have), { signal });
      have += got;
      const end = got === 0 || (have < length && start + BigInt(have) === hint);
      if (end) return { bytes: bytes.subarray(0, have), end };
    }
    return { bytes, end: false };
  } catch (error) {
    return { error };
  }
}
