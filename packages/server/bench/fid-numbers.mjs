// Which fid a client takes next: what Linux does, what a careless client does, and what a hostile one does.

/** V8's hash of a small integer (ComputeUnseededHash in src/utils/utils.h): public, so collisions can be chosen. */
function hash(number) {
  let h = number | 0;
  h = (~h + (h << 15)) | 0;
  h ^= h >>> 12;
  h = (h + (h << 2)) | 0;
  h ^= h >>> 4;
  h = Math.imul(h, 2057);
  h ^= h >>> 16;
  return h & 0x3fffffff;
}

export const FID_NUMBERS = {
  dense: (count) => Uint32Array.from({ length: count }, (_, i) => i + 1),
  random(count) {
    let state = 1;
    const seen = new Set();
    while (seen.size < count) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const fid = (state ^ (state >>> 15)) >>> 0;
      if (fid !== 0 && fid !== 0xffffffff) seen.add(fid);
    }
    return Uint32Array.from(seen);
  },
  /** Numbers that share the low bits of V8's hash, as many as are quickly found; then multiples of 4096. */
  colliding(count) {
    const fids = new Set();
    for (let n = 1; fids.size < Math.min(count, 20_000) && n < 2 ** 29; n++)
      if ((hash(n) & 0x3fff) === 0) fids.add(n);
    for (let n = 4096; fids.size < count; n += 4096) fids.add(n % 0xfffffffb);
    return Uint32Array.from(fids);
  },
};
