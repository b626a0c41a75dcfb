import { errno } from "./errno.js";
import { declare, orErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { AT_EMPTY_PATH } from "./open-flags.js";
import { type PathArg, isPath } from "./path.js";
import { orThrow } from "./check.js";

// What statx(2) is asked for.
export const STATX_TYPE = 0x1;
export const STATX_MODE = 0x2;
export const STATX_NLINK = 0x4;
export const STATX_UID = 0x8;
export const STATX_GID = 0x10;
export const STATX_ATIME = 0x20;
export const STATX_MTIME = 0x40;
export const STATX_CTIME = 0x80;
export const STATX_INO = 0x100;
export const STATX_SIZE = 0x200;
export const STATX_BLOCKS = 0x400;
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BTIME = 0x800;
/** Linux 5.8. */
export const STATX_MNT_ID = 0x1000;

/**
 * The attributes of a file, as the kernel wrote them (struct statx in
 * linux/stat.h, the same on every architecture). One object serves any number
 * of calls; each overwrites the last.
 *
 * A getter that ends in Low gives the low 32 bits of the one without, as a
 * number: for hashing, or where making a bigint is too slow.
 */
export class Statx {
  readonly #memory = new NativeMemory(256);
  readonly #words = this.#memory.words;
  readonly #longs = new BigUint64Array(this.#memory.buffer);
  readonly #signed = new BigInt64Array(this.#memory.buffer);
  readonly bytes = this.#memory.bytes;
  /** Where the kernel writes to. */
  readonly address = this.#memory.address;

  /** Which fields the kernel filled in: STATX_…. */
  get mask(): number {
    return this.#words[0]!;
  }
  get blksize(): number {
    return this.#words[1]!;
  }
  /** STATX_ATTR_…. */
  get attributes(): bigint {
    return this.#longs[1]!;
  }
  get nlink(): number {
    return this.#words[4]!;
  }
  get uid(): number {
    return this.#words[5]!;
  }
  get gid(): number {
    return this.#words[6]!;
  }
  /** Type and permissions (inode(7)). */
  get mode(): number {
    return this.#words[7]! & 0xffff;
  }
  get ino(): bigint {
    return this.#longs[4]!;
  }
  get inoLow(): number {
    return this.#words[8]!;
  }
  /** The high 32 bits of ino. */
  get inoHigh(): number {
    return this.#words[9]!;
  }
  /** Bytes. */
  get size(): bigint {
    return this.#longs[5]!;
  }
  get sizeLow(): number {
    return this.#words[10]!;
  }
  /** The size as a number: exact up to 2^53. */
  get sizeNumber(): number {
    return this.#memory.getUint64(10);
  }
  /** Blocks of 512 bytes. */
  get blocks(): bigint {
    return this.#longs[6]!;
  }
  get atimeSec(): bigint {
    return this.#signed[8]!;
  }
  get atimeNsec(): number {
    return this.#words[18]!;
  }
  get btimeSec(): bigint {
    return this.#signed[10]!;
  }
  get btimeNsec(): number {
    return this.#words[22]!;
  }
  get ctimeSec(): bigint {
    return this.#signed[12]!;
  }
  get ctimeSecLow(): number {
    return this.#words[24]!;
  }
  get ctimeNsec(): number {
    return this.#words[26]!;
  }
  get mtimeSec(): bigint {
    return this.#signed[14]!;
  }
  get mtimeNsec(): number {
    return this.#words[30]!;
  }
  /** The device that a device file stands for. */
  get rdevMajor(): number {
    return this.#words[32]!;
  }
  get rdevMinor(): number {
    return this.#words[33]!;
  }
  /** The device that the file is on. */
  get devMajor(): number {
    return this.#words[34]!;
  }
  get devMinor(): number {
    return this.#words[35]!;
  }
  /** The mount that the file was found on (STATX_MNT_ID). */
  get mntId(): bigint {
    return this.#longs[18]!;
  }
}

const cStatx = declare<[number, PathArg, number, number, number]>(
  "int statx(int, const char *, int, unsigned int, uintptr_t)",
);

/** Looks at `path` beneath `dirfd` (statx(2)). @returns 0, or the negative errno */
export function tryStatx(dirfd: number, path: PathArg, flags: number, mask: number, into: Statx): number {
  if (!isPath(path)) return -errno.EINVAL;
  return orErrno(cStatx(dirfd, path, flags, mask, into.address));
}

/** {@link tryStatx} that throws. @throws SystemError */
export function statx(dirfd: number, path: PathArg, flags: number, mask: number, into: Statx): void {
  orThrow(tryStatx(dirfd, path, flags, mask, into), "statx", path);
}

/** Looks at the file of a descriptor, O_PATH or other (statx(2), AT_EMPTY_PATH). @returns 0, or the negative errno */
export function tryFstatx(fd: number, mask: number, into: Statx): number {
  return orErrno(cStatx(fd, "", AT_EMPTY_PATH, mask, into.address));
}

/** {@link tryFstatx} that throws. @throws SystemError */
export function fstatx(fd: number, mask: number, into: Statx): void {
  orThrow(tryFstatx(fd, mask, into), "statx");
}

/** A device number as system calls take it (makedev(3)). */
export function makedev(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
}

/**
 * {@link makedev} as a number, for the numbers that Linux gives out: 12 bits of
 * major and 20 of minor make 32 bits.
 * @throws RangeError for others
 */
export function deviceNumber(major: number, minor: number): number {
  if (!(major >= 0 && major < 0x1000 && minor >= 0 && minor < 0x100000)) {
    throw new RangeError(`${major}:${minor} is not a device of Linux: major has 12 bits, minor 20`);
  }
  return ((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}
