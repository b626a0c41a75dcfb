import {
  O_ACCMODE,
  O_APPEND,
  O_NOATIME,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  reopen,
} from "@ninep/linux";
import { Errno, type OpenFile } from "@ninep/server";
import {
  L_O_ACCMODE,
  L_O_APPEND,
  L_O_DIRECTORY,
  L_O_DSYNC,
  L_O_NOATIME,
  L_O_RDONLY,
  L_O_RDWR,
  L_O_SYNC,
  L_O_TRUNC,
  L_O_WRONLY,
  S_IFLNK,
  S_IFREG,
  errno,
} from "@ninep/wire";
import { HostDirectory } from "./host-directory.js";
import { HostFile } from "./host-file.js";
import type { HostNode } from "./host-node.js";
import { checkWritable } from "./tree.js";

/**
 * Opens a file or directory for a fid. Only those: a FIFO, socket or device of
 * the host is never opened, however it got its name (CVE-2023-2861). What the
 * descriptor points at is known and cannot change, which no name promises.
 */
export function openNode(node: HostNode, flags: number): OpenFile {
  const writes = (flags & L_O_ACCMODE) !== L_O_RDONLY || (flags & L_O_TRUNC) !== 0;
  if (node.isDirectory) {
    if (writes) throw new Errno("EISDIR");
    return new HostDirectory(node);
  }
  if (flags & L_O_DIRECTORY) throw new Errno("ENOTDIR");
  if (node.kind === S_IFLNK) throw new Errno("ELOOP");
  if (node.kind !== S_IFREG) throw new Errno("ENXIO", "not a regular file");
  if (writes) checkWritable(node.tree);
  const fd = openRegular(node, hostFlags(flags));
  return new HostFile(node, fd, hostFlags(flags), syncs(flags));
}

/** Opens the regular file that `node` is, again. `flags` are the host's. */
export function openRegular(node: HostNode, flags: number): number {
  const { fds } = node.tree;
  const path = node.hold();
  try {
    fds.reserve();
    try {
      return reopen(path, flags);
    } catch (error) {
      // Only the owner may leave atime alone; not to do so is no failure (open(2)).
      if (!(flags & O_NOATIME) || (error as { errno?: number }).errno !== errno.EPERM) throw error;
      return reopen(path, flags & ~O_NOATIME);
    }
  } finally {
    node.letGo();
  }
}

/** The host's flags for those of 9P. SYNC is not among them: a write that waits for the disk must not block. */
export function hostFlags(flags: number): number {
  const access = flags & L_O_ACCMODE;
  let host = access === L_O_WRONLY ? O_WRONLY : access === L_O_RDWR ? O_RDWR : O_RDONLY;
  if (flags & L_O_TRUNC) host |= O_TRUNC;
  if (flags & L_O_APPEND) host |= O_APPEND;
  if (flags & L_O_NOATIME) host |= O_NOATIME;
  return host | O_NOCTTY | O_NONBLOCK;
}

/** True when each write has to end on the disk. */
export function syncs(flags: number): boolean {
  return (flags & (L_O_DSYNC | L_O_SYNC)) !== 0;
}

/** True when a descriptor opened with these host flags can be written to. */
export function canWrite(flags: number): boolean {
  return (flags & O_ACCMODE) !== O_RDONLY;
}
