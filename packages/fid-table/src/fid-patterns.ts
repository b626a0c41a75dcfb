// Numbers that clients pick, for the tests and the benchmark: no part of the package.

/** How a client picks its fids. */
export const fidPatterns = {
  /** The lowest free number, as Linux does. */
  dense: (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i),
  /** Any number, each once. */
  random: (count: number): Uint32Array => {
    const next = xorshift(0x2545f491);
    return Uint32Array.from({ length: count }, next);
  },
  /** Multiples of 4096: the same low bits, and one fid a page. At most 1,048,576 of them. */
  strided: (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i * 4096),
  /** Numbers that share the low 14 bits of the hash that V8's Map uses. At most some 131,000 of them. */
  colliding: (count: number): Uint32Array => {
    const fids = new Uint32Array(count);
    for (let fid = 0, found = 0; found < count; fid++) {
      if ((v8MapHash(fid) & 0x3fff) === 0) fids[found++] = fid;
    }
    return fids;
  },
};

export type FidPattern = keyof typeof fidPatterns;

/** V8's hash of a small integer as a key: public, and the same in every process. */
function v8MapHash(key: number): number {
  let hash = (~key + (key << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ (hash >>> 16)) & 0x3fffffff;
}

/** The fids in an order that has nothing to do with the one they came in; the same every time. */
export function shuffled(fids: Uint32Array): Uint32Array {
  const order = fids.slice();
  const next = xorshift(0x9e3779b9);
  for (let i = order.length - 1; i > 0; i--) {
    const j = next() % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Marsaglia's 32-bit xorshift: each number from 1 to 0xFFFFFFFF once, and NOFID not in the first million. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
