import { check, checkPath } from "./check.js";
import { declare } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import type { PathArg } from "./path.js";

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

const cFstatfs = declare<[number, number]>("int fstatfs(int, uintptr_t)");
const cStatfs = declare<[PathArg, number]>("int statfs(const char *, uintptr_t)");
const memory = new NativeMemory(120);
const longs = new BigUint64Array(memory.buffer);

/** Asks about the file system of a descriptor, O_PATH or other (fstatfs(2)). @throws SystemError */
export function fstatfs(fd: number): StatFs {
  check(cFstatfs(fd, memory.address), "fstatfs");
  return read();
}

/** Asks about the file system that a path is on (statfs(2)). @throws SystemError */
export function statfs(path: PathArg): StatFs {
  check(cStatfs(checkPath(path, "statfs"), memory.address), "statfs", path);
  return read();
}

function read(): StatFs {
  return {
    type: memory.words[0]!,
    bsize: memory.getUint64(2),
    blocks: longs[2]!,
    bfree: longs[3]!,
    bavail: longs[4]!,
    files: longs[5]!,
    ffree: longs[6]!,
    fsid: longs[7]!,
    namelen: memory.getUint64(16),
  };
}
