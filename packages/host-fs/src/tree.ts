import { Statx, close, type PathArg } from "@ninep/linux";
import { Errno } from "@ninep/server";
import { encodeText, hasEscapes, qidTypeOfMode, type Qid } from "@ninep/wire";
import { versionOf } from "./attributes.js";
import type { FdCache } from "./fd-cache.js";
import type { InodePaths } from "./inode-path.js";

/** What all nodes of one export share. */
export interface Tree {
  readonly fds: FdCache;
  readonly paths: InodePaths;
  readonly readOnly: boolean;
  /** True when this process may give files to other users (CAP_CHOWN). */
  readonly mayChown: boolean;
  /** True when this process may open any file, whatever its mode (CAP_DAC_OVERRIDE). */
  readonly mayOpenAll: boolean;
  /** Bits that the process takes from the mode of each new file. */
  readonly umask: number;
}

/** The last file looked at. One for all: it is read before the next system call. */
export const lastStat = new Statx();

/** A name as the kernel takes it: text when it is UTF-8, else its bytes and a NUL. */
export function hostName(name: string): PathArg {
  return hasEscapes(name) ? encodeText(`${name}\0`) : name;
}

/** @throws Errno EROFS when the export is read-only. */
export function checkWritable(tree: Tree): void {
  if (tree.readOnly) throw new Errno("EROFS");
}

/** Runs `use` with a descriptor of nobody's and closes it. */
export function withFd<T>(fd: number, use: (fd: number) => T): T {
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}

/** The qid of the file that {@link lastStat} is about. */
export function qidOf(tree: Tree): Qid {
  return {
    type: qidTypeOfMode(lastStat.mode),
    version: versionOf(lastStat),
    path: tree.paths.of(lastStat.devMajor, lastStat.devMinor, lastStat.ino),
  };
}
