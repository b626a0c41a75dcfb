import { Errno } from "@ninep/server";
import type { Volume } from "./volume.js";

/** Bytes of file that one chunk stands for. */
const CHUNK = 64 * 1024;
/** Largest size of a file, in bytes: offsets are exact numbers up to here. */
const MAX_SIZE = Number.MAX_SAFE_INTEGER;

/**
 * The bytes of a regular file, in chunks. A chunk that was never written is not
 * there and reads as zeros; a chunk may be shorter than CHUNK and is zeros from
 * there on. So holes are free and small files are small.
 */
export class FileContent {
  readonly #volume: Volume;
  readonly #chunks = new Map<number, Uint8Array>();
  #size = 0;
  #allocated = 0;

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes of memory it takes. */
  get allocated(): number {
    return this.#allocated;
  }

  /** Fills `into` from `offset` on; returns the bytes read, 0 past the end. */
  read(offset: bigint, into: Uint8Array): number {
    if (offset >= this.#size) return 0;
    const start = Number(offset);
    const end = Math.min(start + into.length, this.#size);
    for (let at = start; at < end;) {
      const from = at % CHUNK;
      const size = Math.min(CHUNK - from, end - at);
      const target = into.subarray(at - start, at - start + size);
      const there = this.#chunks.get(Math.floor(at / CHUNK))?.subarray(from, from + size);
      if (there) target.set(there);
      target.fill(0, there?.length ?? 0);
      at += size;
    }
    return end - start;
  }

  /** Writes all of `data` or nothing. Throws EFBIG, ENOSPC. */
  write(offset: bigint, data: Uint8Array): void {
    checkSize(offset + BigInt(data.length));
    if (data.length === 0) return;
    const start = Number(offset);
    const end = start + data.length;
    this.#reserve(start, end);
    for (let at = start; at < end;) {
      const from = at % CHUNK;
      const size = Math.min(CHUNK - from, end - at);
      this.#chunks.get(Math.floor(at / CHUNK))!.set(data.subarray(at - start, at - start + size), from);
      at += size;
    }
    this.#size = Math.max(this.#size, end);
  }

  /** Cuts it off or adds a hole. `size` has passed {@link checkSize}. */
  resize(size: number): void {
    if (size < this.#size) {
      const last = Math.floor(size / CHUNK);
      // Over the chunks that are there, not over the range: the file may be one huge hole.
      for (const [index, chunk] of this.#chunks) {
        if (index < last) continue;
        const keep = index === last ? Math.min(size % CHUNK, chunk.length) : 0;
        if (keep === 0) this.#chunks.delete(index);
        else if (keep < chunk.length) this.#chunks.set(index, chunk.slice(0, keep));
        this.#charge(keep - chunk.length);
      }
    }
    this.#size = size;
  }

  /** Makes every chunk of `[start, end)` as long as a write there needs, or none. */
  #reserve(start: number, end: number): void {
    let exact = 0;
    let roomy = 0;
    const first = Math.floor(start / CHUNK);
    const last = Math.floor((end - 1) / CHUNK);
    for (let index = first; index <= last; index++) {
      const old = this.#chunks.get(index)?.length ?? 0;
      const needed = Math.min(CHUNK, end - index * CHUNK);
      exact += Math.max(0, needed - old);
      roomy += grown(old, needed) - old;
    }
    // Doubling makes appends cheap, but may not cost the last bytes of the volume.
    const isRoomy = this.#volume.fits(roomy);
    this.#charge(isRoomy ? roomy : exact);
    for (let index = first; index <= last; index++) {
      const old = this.#chunks.get(index);
      const needed = Math.min(CHUNK, end - index * CHUNK);
      if (old && old.length >= needed) continue;
      const chunk = new Uint8Array(isRoomy ? grown(old?.length ?? 0, needed) : needed);
      if (old) chunk.set(old);
      this.#chunks.set(index, chunk);
    }
  }

  #charge(bytes: number): void {
    this.#volume.charge(bytes);
    this.#allocated += bytes;
  }
}

/** Throws EFBIG for a size that no file can have. */
export function checkSize(size: bigint): void {
  if (size > MAX_SIZE) throw new Errno("EFBIG", `${size} bytes`);
}

/** The length of a chunk of `old` bytes once it holds `needed`. */
function grown(old: number, needed: number): number {
  return needed <= old ? old : Math.min(CHUNK, Math.max(needed, old * 2));
}
