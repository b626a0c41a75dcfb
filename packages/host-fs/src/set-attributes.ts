import {
  O_NOCTTY,
  O_NONBLOCK,
  O_WRONLY,
  UTIME_NOW,
  UTIME_OMIT,
  chmod,
  chown,
  ftruncate,
  utimens,
} from "@ninep/linux";
import { Errno, type SetAttr } from "@ninep/server";
import {
  NO_ID,
  SETATTR_ATIME,
  SETATTR_ATIME_SET,
  SETATTR_CTIME,
  SETATTR_GID,
  SETATTR_MODE,
  SETATTR_MTIME,
  SETATTR_MTIME_SET,
  SETATTR_SIZE,
  SETATTR_UID,
  S_IFLNK,
  S_IFREG,
  type Timespec,
} from "@ninep/wire";
import { HostFile } from "./host-file.js";
import type { HostNode } from "./host-node.js";
import { canWrite, openRegular } from "./open.js";
import { checkWritable, withFd } from "./tree.js";

/** Changes what `change.valid` names, in the order in which none undoes another. */
export function changeAttributes(node: HostNode, change: SetAttr): void {
  checkWritable(node.tree);
  const { valid } = change;
  if (valid & SETATTR_SIZE && node.kind !== S_IFREG) throw new Errno(node.isDirectory ? "EISDIR" : "EINVAL");
  if (valid & SETATTR_MODE && node.kind === S_IFLNK)
    throw new Errno("EOPNOTSUPP", "a symlink has no mode of its own");

  const fd = node.hold();
  try {
    if (valid & SETATTR_SIZE) resize(node, change.size);
    const uid = valid & SETATTR_UID ? change.uid : NO_ID;
    const gid = valid & SETATTR_GID ? change.gid : NO_ID;
    // ctime alone: giving the file to nobody sets it.
    if (valid & (SETATTR_UID | SETATTR_GID) || valid === SETATTR_CTIME) chown(fd, uid, gid);
    // After the owner: a new one takes the set-id bits away.
    if (valid & SETATTR_MODE) {
      chmod(fd, change.mode & 0o7777);
      HostFile.modeIs(node, change.mode);
    }
    if (valid & (SETATTR_ATIME | SETATTR_MTIME)) {
      const atime = timeOf(valid, SETATTR_ATIME, SETATTR_ATIME_SET, change.atime);
      const mtime = timeOf(valid, SETATTR_MTIME, SETATTR_MTIME_SET, change.mtime);
      utimens(fd, atime.sec, atime.nsec, mtime.sec, mtime.nsec);
    }
  } finally {
    node.letGo();
  }
}

/** Through a descriptor open for writing if there is one: the file's mode may have changed since. */
function resize(node: HostNode, size: bigint): void {
  const { files } = node;
  if (files && canWrite(files.flags)) {
    ftruncate(files.fd, size);
    return;
  }
  withFd(openRegular(node, O_WRONLY | O_NONBLOCK | O_NOCTTY), (fd) => {
    ftruncate(fd, size);
  });
}

function timeOf(valid: number, bit: number, setBit: number, time: Timespec): Timespec {
  if (!(valid & bit)) return { sec: 0n, nsec: BigInt(UTIME_OMIT) };
  return valid & setBit ? time : { sec: 0n, nsec: BigInt(UTIME_NOW) };
}
