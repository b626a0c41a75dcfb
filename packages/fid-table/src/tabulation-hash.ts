/** Words of randomness behind one hash: four tables, one a byte of the fid, of 256 words each. */
const WORDS = 4 * 256;

/** Fresh random tables for `hashFid`, 4 KiB. */
export function randomHashTables(): Int32Array {
  return globalThis.crypto.getRandomValues(new Int32Array(WORDS));
}

/**
 * Simple tabulation hashing: each byte of the fid picks a random word, and the words are XORed.
 *
 * Chosen over a seeded mixer because it is proven: linear probing with it takes constant expected time, and
 * buckets fill evenly up to Chernoff bounds, for every set of keys that was picked without knowing the tables
 * (Pătraşcu and Thorup, "The Power of Simple Tabulation Hashing", 2011). Seeded multiply-xorshift mixers have
 * had seed-independent collisions found for them. Four loads from 4 KiB cost about as much as a mixer.
 */
export function hashFid(tables: Int32Array, fid: number): number {
  return (
    tables[fid & 0xff]! ^
    tables[((fid >>> 8) & 0xff) + 0x100]! ^
    tables[((fid >>> 16) & 0xff) + 0x200]! ^
    tables[(fid >>> 24) + 0x300]!
  );
}
