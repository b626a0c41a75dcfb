import { readFileSync } from "node:fs";
import { AT_FDCWD, O_DIRECTORY, O_PATH, close, fstatx, hasCapability, openat } from "@ninep/linux";
import type { Backend } from "@ninep/server";
import { STATX_FOR_QID } from "./attributes.js";
import { FdCache } from "./fd-cache.js";
import { HostNode } from "./host-node.js";
import { InodePaths } from "./inode-path.js";
import { lastStat } from "./tree.js";

export interface HostFsOptions {
  /** The directory to export. Symlinks on the way to it are followed, those beneath it never. */
  readonly root: string;
  /** Refuses every change with EROFS. */
  readonly readOnly?: boolean;
  /** The bound on descriptors, shared with other trees of the same thread. Default: one of 960 for this tree. */
  readonly fds?: FdCache;
}

/**
 * A directory of this host as a backend. Nothing outside it can be reached,
 * whoever moves directories and symlinks about in it meanwhile: names are
 * looked up one at a time beneath descriptors, and links are never followed.
 */
export class HostFs implements Backend {
  readonly #root: HostNode;

  /** @throws SystemError when the root is not a directory or cannot be opened. */
  constructor({ root, readOnly = false, fds = new FdCache() }: HostFsOptions) {
    const fd = openat(AT_FDCWD, root, O_PATH | O_DIRECTORY);
    try {
      fstatx(fd, STATX_FOR_QID, lastStat);
    } catch (error) {
      close(fd);
      throw error;
    }
    const tree = {
      fds,
      paths: new InodePaths(lastStat.devMajor, lastStat.devMinor),
      readOnly,
      mayChown: hasCapability("CAP_CHOWN"),
      mayOpenAll: hasCapability("CAP_DAC_OVERRIDE"),
      umask: currentUmask(),
    };
    this.#root = new HostNode(tree, undefined, "/");
    fds.reserve();
    this.#root.adopt(fd);
  }

  /** The root, whatever the aname: a HostFs is one tree. */
  attach(): HostNode {
    this.#root.retain();
    return this.#root;
  }

  /** Gives up the root. Sessions on it must have been closed. */
  close(): void {
    this.#root.release();
  }
}

/** The mode bits that the kernel takes from new files (proc_pid_status(5)); process.umask() would change them. */
function currentUmask(): number {
  const [, umask = "0"] = /^Umask:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return parseInt(umask, 8);
}
