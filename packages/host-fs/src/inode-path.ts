/** Bits of qid.path that an inode number gets; the device's number has the rest. */
const INODE_BITS = 56n;
const INODE_MASK = (1n << INODE_BITS) - 1n;
/** Marks a path made by hashing, for what does not fit side by side. */
const HASHED = 255;

/**
 * Gives every file of an export its qid.path: the inode number, and above it a
 * number for the device, so that files of two mounted file systems never look
 * like one. Files on the root's own device keep their inode number, which the
 * Linux client shows (plus 2) as st_ino.
 */
export class InodePaths {
  readonly #devices: { major: number; minor: number }[] = [];

  /** @param major Device of the export's root. */
  constructor(major: number, minor: number) {
    this.#devices.push({ major, minor });
  }

  /** The qid.path of the file with this device and inode number, u64. */
  of(major: number, minor: number, ino: bigint): bigint {
    const root = this.#devices[0]!;
    if (root.major === major && root.minor === minor && ino <= INODE_MASK) return ino;
    const device = this.#numberOf(major, minor);
    if (device < HASHED && ino <= INODE_MASK) return (BigInt(device) << INODE_BITS) | ino;
    // More than 255 devices, or inode numbers of more than 56 bits: 56 bits of a good mix of both.
    const mixed = mix(ino ^ mix((BigInt(major) << 32n) | BigInt(minor)));
    return (BigInt(HASHED) << INODE_BITS) | (mixed & INODE_MASK);
  }

  #numberOf(major: number, minor: number): number {
    const found = this.#devices.findIndex((device) => device.major === major && device.minor === minor);
    if (found >= 0 || this.#devices.length >= HASHED) return found >= 0 ? found : HASHED;
    return this.#devices.push({ major, minor }) - 1;
  }
}

/** The finalizer of splitmix64 (Steele, Lea and Flood, 2014): every bit depends on every bit. */
function mix(value: bigint): bigint {
  let z = BigInt.asUintN(64, value + 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
