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
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  type Timespec,
} from "@ninep/wire";
import { checkSize } from "./file-content.js";
import { FileInode } from "./file-inode.js";
import { nanosecondsOf, type Inode } from "./inode.js";

/** Applies a Tsetattr. All that can be refused is refused before anything changes. */
export function setAttributes(inode: Inode, change: SetAttr): void {
  const { valid } = change;
  check(inode, change);
  if (valid & SETATTR_SIZE && inode instanceof FileInode) inode.resize(Number(change.size));
  if (valid & (SETATTR_UID | SETATTR_GID)) {
    if (valid & SETATTR_UID) inode.uid = change.uid;
    if (valid & SETATTR_GID) inode.gid = change.gid;
    inode.dropPrivileges();
  }
  // After the owner, so that one message can chown a file and make it setuid.
  if (valid & SETATTR_MODE) inode.mode = (inode.mode & S_IFMT) | (change.mode & 0o7777);

  const now = inode.volume.now();
  if (valid & SETATTR_ATIME) inode.atime = valid & SETATTR_ATIME_SET ? nanosecondsOf(change.atime) : now;
  if (valid & SETATTR_MTIME) inode.mtime = valid & SETATTR_MTIME_SET ? nanosecondsOf(change.mtime) : now;
  // SETATTR_CTIME alone asks for this too; it cannot be set to anything else.
  if (valid & ANY) inode.ctime = now;
}

const ANY =
  SETATTR_MODE | SETATTR_UID | SETATTR_GID | SETATTR_SIZE | SETATTR_ATIME | SETATTR_MTIME | SETATTR_CTIME;

function check(inode: Inode, change: SetAttr): void {
  const { valid } = change;
  inode.volume.assertWritable();
  const kind = inode.mode & S_IFMT;
  if (valid & SETATTR_SIZE) {
    if (kind === S_IFDIR) throw new Errno("EISDIR", "a directory has no size to set");
    if (!(inode instanceof FileInode)) throw new Errno("EINVAL", "only a regular file has a size to set");
    checkSize(change.size);
  }
  if (valid & SETATTR_MODE && kind === S_IFLNK) throw new Errno("EOPNOTSUPP", "the mode of a symlink");
  if (valid & SETATTR_UID && change.uid === NO_ID) throw new Errno("EINVAL", "uid -1");
  if (valid & SETATTR_GID && change.gid === NO_ID) throw new Errno("EINVAL", "gid -1");
  if (valid & SETATTR_ATIME && valid & SETATTR_ATIME_SET) checkTime(change.atime);
  if (valid & SETATTR_MTIME && valid & SETATTR_MTIME_SET) checkTime(change.mtime);
}

function checkTime(time: Timespec): void {
  if (time.nsec >= 1_000_000_000n) throw new Errno("EINVAL", `${time.nsec} nanoseconds`);
}
