import { declare } from "./libc.js";
import { check } from "./system-error.js";

/** About a file system (struct statfs of 64-bit systems, statfs(2)). */
export interface StatFs {
  /** Magic number. */
  readonly type: number;
  /** Bytes a block; the counts below are in blocks. */
  readonly bsize: number;
  readonly blocks: bigint;
  readonly bfree: bigint;
  readonly bavail: bigint;
  readonly files: bigint;
  readonly ffree: bigint;
  readonly fsid: bigint;
  /** Longest name, in bytes. */
  readonly namelen: number;
}

const cFstatfs = declare<[number, Uint8Array]>("int fstatfs(int, void *)");
const bytes = new Uint8Array(120);
const view = new DataView(bytes.buffer);

/** Asks about the file system of a descriptor, O_PATH or other. @throws SystemError */
export function fstatfs(fd: number): StatFs {
  check(cFstatfs(fd, bytes), "fstatfs");
  return {
    type: view.getUint32(0, true),
    bsize: view.getUint32(8, true),
    blocks: view.getBigUint64(16, true),
    bfree: view.getBigUint64(24, true),
    bavail: view.getBigUint64(32, true),
    files: view.getBigUint64(40, true),
    ffree: view.getBigUint64(48, true),
    fsid: view.getBigUint64(56, true),
    namelen: view.getUint32(64, true),
  };
}
