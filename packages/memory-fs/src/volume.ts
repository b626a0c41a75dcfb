import { Errno } from "@ninep/server";

/** What bounds a tree and what all its files share. */
export interface VolumeOptions {
  /** Most bytes of file contents and extended attributes; ENOSPC beyond. Default 256 MiB. */
  readonly maxBytes?: number;
  /** Most names in the tree; ENOSPC beyond. Default 1,000,000. */
  readonly maxNames?: number;
  /** Every change from a client answers EROFS. */
  readonly readOnly?: boolean;
  /** Nanoseconds since 1970. The default never returns the same time twice. */
  readonly clock?: () => bigint;
}

/** The accounts of one tree: bytes, names, inode numbers, time. */
export class Volume {
  readonly maxBytes: number;
  readonly maxNames: number;
  readonly readOnly: boolean;
  readonly now: () => bigint;
  /** Bytes charged now. */
  bytes = 0;
  /** Names in the tree now. */
  names = 0;
  /** Nodes retained now, counted once for each user. */
  retained = 0;
  /** Files and directories open now. */
  open = 0;
  #lastInode = 0n;

  constructor(options: VolumeOptions = {}) {
    this.maxBytes = options.maxBytes ?? 256 * 1024 * 1024;
    this.maxNames = options.maxNames ?? 1_000_000;
    this.readOnly = options.readOnly ?? false;
    this.now = options.clock ?? distinctClock();
  }

  /** Throws EROFS when clients may not change the tree. */
  assertWritable(): void {
    if (this.readOnly) throw new Errno("EROFS");
  }

  /** True when `bytes` more would still be within maxBytes. */
  fits(bytes: number): boolean {
    return this.bytes + bytes <= this.maxBytes;
  }

  /** Takes `bytes` (negative: gives them back). Throws ENOSPC. */
  charge(bytes: number): void {
    if (bytes > 0 && !this.fits(bytes)) throw new Errno("ENOSPC", `${this.maxBytes} bytes at most`);
    this.bytes += bytes;
  }

  /** A number that no file of this tree ever had: qid.path. */
  nextInode(): bigint {
    return ++this.#lastInode;
  }
}

/** The wall clock in nanoseconds, a nanosecond later whenever it stands still. */
function distinctClock(): () => bigint {
  let last = 0n;
  return () => {
    const wall = BigInt(Date.now()) * 1_000_000n;
    last = wall > last ? wall : last + 1n;
    return last;
  };
}
