import { declare } from "./libc.js";
import { AT_EMPTY_PATH } from "./open.js";
import { type PathArg, check, checkPath } from "./system-error.js";

// What statx(2) is asked for.
export const STATX_TYPE = 0x1;
export const STATX_MODE = 0x2;
export const STATX_CTIME = 0x80;
export const STATX_INO = 0x100;
export const STATX_SIZE = 0x200;
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BTIME = 0x800;

const SIZE = 256;

/**
 * The attributes of a file, as the kernel wrote them (struct statx in
 * linux/stat.h, the same on every architecture). One object serves any number
 * of calls; each overwrites the last.
 */
export class Statx {
  readonly bytes = new Uint8Array(SIZE);
  readonly #view = new DataView(this.bytes.buffer);

  /** Which fields the kernel filled in: STATX_…. */
  get mask(): number {
    return this.#view.getUint32(0, true);
  }
  get blksize(): number {
    return this.#view.getUint32(4, true);
  }
  get nlink(): number {
    return this.#view.getUint32(16, true);
  }
  get uid(): number {
    return this.#view.getUint32(20, true);
  }
  get gid(): number {
    return this.#view.getUint32(24, true);
  }
  /** Type and permissions (inode(7)). */
  get mode(): number {
    return this.#view.getUint16(28, true);
  }
  get ino(): bigint {
    return this.#view.getBigUint64(32, true);
  }
  /** Bytes. */
  get size(): bigint {
    return this.#view.getBigUint64(40, true);
  }
  /** The low 32 bits of the size. */
  get sizeLow(): number {
    return this.#view.getUint32(40, true);
  }
  /** Blocks of 512 bytes. */
  get blocks(): bigint {
    return this.#view.getBigUint64(48, true);
  }
  get atimeSec(): bigint {
    return this.#view.getBigInt64(64, true);
  }
  get atimeNsec(): number {
    return this.#view.getUint32(72, true);
  }
  get btimeSec(): bigint {
    return this.#view.getBigInt64(80, true);
  }
  get btimeNsec(): number {
    return this.#view.getUint32(88, true);
  }
  get ctimeSec(): bigint {
    return this.#view.getBigInt64(96, true);
  }
  /** The low 32 bits of ctime's seconds. */
  get ctimeSecLow(): number {
    return this.#view.getUint32(96, true);
  }
  get ctimeNsec(): number {
    return this.#view.getUint32(104, true);
  }
  get mtimeSec(): bigint {
    return this.#view.getBigInt64(112, true);
  }
  get mtimeNsec(): number {
    return this.#view.getUint32(120, true);
  }
  /** The device that a device file stands for. */
  get rdevMajor(): number {
    return this.#view.getUint32(128, true);
  }
  get rdevMinor(): number {
    return this.#view.getUint32(132, true);
  }
  /** The device that the file is on. */
  get devMajor(): number {
    return this.#view.getUint32(136, true);
  }
  get devMinor(): number {
    return this.#view.getUint32(140, true);
  }
}

const cStatx = declare<[number, PathArg, number, number, Uint8Array]>(
  "int statx(int, const char *, int, unsigned int, void *)",
);

/** Looks at `path` beneath `dirfd` (statx(2)). @throws SystemError */
export function statx(dirfd: number, path: PathArg, flags: number, mask: number, into: Statx): void {
  check(cStatx(dirfd, checkPath(path, "statx"), flags, mask, into.bytes), "statx", path);
}

/** Looks at the file of a descriptor, O_PATH or other (statx(2), AT_EMPTY_PATH). @throws SystemError */
export function fstatx(fd: number, mask: number, into: Statx): void {
  check(cStatx(fd, "", AT_EMPTY_PATH, mask, into.bytes), "statx");
}

/** A device number as system calls take it (makedev(3)). */
export function makedev(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
}
