// The messages of 9P2000.L (include/net/9p/9p.h and net/9p/client.c of Linux,
// and diod's protocol.md).
import { data, qid, string, timespec, trailing, u32, u64, u8 } from "./field.js";
import { message } from "./message.js";

/** Never sent; its number is 6. */
export const Tlerror = message("Tlerror", 6, {});
/** Why the request failed: a number of Linux, see `errno`. */
export const Rlerror = message("Rlerror", 7, { errno: u32 });
/** statfs(2) of the file system that fid is on. */
export const Tstatfs = message("Tstatfs", 8, { fid: u32 });
/** As struct statfs: bsize in bytes; blocks, bfree and bavail in units of it; files and ffree are inodes; namelen in bytes. */
export const Rstatfs = message("Rstatfs", 9, {
  type: u32,
  bsize: u32,
  blocks: u64,
  bfree: u64,
  bavail: u64,
  files: u64,
  ffree: u64,
  fsid: u64,
  namelen: u32,
});
/** Opens fid; flags are L_O_…. */
export const Tlopen = message("Tlopen", 12, { fid: u32, flags: u32 });
/** iounit is the most bytes that one read or write moves whole, 0 for "as msize allows". */
export const Rlopen = message("Rlopen", 13, { qid, iounit: u32 });
/** Makes a plain file name in the directory fid and opens it as fid; mode as in open(2), gid its group. */
export const Tlcreate = message("Tlcreate", 14, { fid: u32, name: string, flags: u32, mode: u32, gid: u32 });
/** As Rlopen, for the new file. */
export const Rlcreate = message("Rlcreate", 15, { qid, iounit: u32 });
/** Makes a symbolic link name to target in the directory dfid. */
export const Tsymlink = message("Tsymlink", 16, { dfid: u32, name: string, target: string, gid: u32 });
/** The link's qid. */
export const Rsymlink = message("Rsymlink", 17, { qid });
/** mknod(2) in the directory dfid; mode holds the file type. */
export const Tmknod = message("Tmknod", 18, {
  dfid: u32,
  name: string,
  mode: u32,
  major: u32,
  minor: u32,
  gid: u32,
});
/** The new file's qid. */
export const Rmknod = message("Rmknod", 19, { qid });
/** Moves the file fid to name in the directory dfid. */
export const Trename = message("Trename", 20, { fid: u32, dfid: u32, name: string });
/** Done; fid stays on the file. */
export const Rrename = message("Rrename", 21, {});
/** Asks where a symbolic link leads. */
export const Treadlink = message("Treadlink", 22, { fid: u32 });
/** What the link holds, as it stands there. */
export const Rreadlink = message("Rreadlink", 23, { target: string });
/** Asks for attributes; mask is of GETATTR_…. */
export const Tgetattr = message("Tgetattr", 24, { fid: u32, mask: u64 });
/** As struct stat: valid is of GETATTR_…, size and blksize in bytes, blocks of 512 bytes, rdev as Linux encodes it. */
export const Rgetattr = message("Rgetattr", 25, {
  valid: u64,
  qid,
  mode: u32,
  uid: u32,
  gid: u32,
  nlink: u64,
  rdev: u64,
  size: u64,
  blksize: u64,
  blocks: u64,
  atime: timespec,
  mtime: timespec,
  ctime: timespec,
  btime: timespec,
  gen: u64,
  dataVersion: u64,
});
/** Changes attributes; valid is of SETATTR_…, size in bytes. */
export const Tsetattr = message("Tsetattr", 26, {
  fid: u32,
  valid: u32,
  mode: u32,
  uid: u32,
  gid: u32,
  size: u64,
  atime: timespec,
  mtime: timespec,
});
/** Done. */
export const Rsetattr = message("Rsetattr", 27, {});
/** Makes newfid the value of the attribute name, or with "" the list of names, to be read. */
export const Txattrwalk = message("Txattrwalk", 30, { fid: u32, newfid: u32, name: string });
/** Bytes there are to read. */
export const Rxattrwalk = message("Rxattrwalk", 31, { size: u64 });
/** Makes fid take size bytes of the attribute name by Twrite; Tclunk then sets it. flags are XATTR_…. */
export const Txattrcreate = message("Txattrcreate", 32, { fid: u32, name: string, size: u64, flags: u32 });
/** Ready to be written. */
export const Rxattrcreate = message("Rxattrcreate", 33, {});
/** Entries of the directory fid after the one with this offset, 0 for the first; at most count bytes of them. */
export const Treaddir = message("Treaddir", 40, { fid: u32, offset: u64, count: u32 });
/** Whole entries, see `readDirents`; none at the end. */
export const Rreaddir = message("Rreaddir", 41, { data });
/** fsync(2), or fdatasync(2) when datasync is not 0. Clients older than Linux 2.6.38 leave datasync out. */
export const Tfsync = message("Tfsync", 50, { fid: u32, datasync: trailing(u32, 0) });
/** Done. */
export const Rfsync = message("Rfsync", 51, {});
/** fcntl(2) F_SETLK: start and length in bytes, length 0 to the end; type, flags of LOCK_…. */
export const Tlock = message("Tlock", 52, {
  fid: u32,
  type: u8,
  flags: u32,
  start: u64,
  length: u64,
  procId: u32,
  clientId: string,
});
/** One of LOCK_SUCCESS, LOCK_BLOCKED, LOCK_ERROR and LOCK_GRACE. */
export const Rlock = message("Rlock", 53, { status: u8 });
/** fcntl(2) F_GETLK: what would be in the way of this lock? */
export const Tgetlock = message("Tgetlock", 54, {
  fid: u32,
  type: u8,
  start: u64,
  length: u64,
  procId: u32,
  clientId: string,
});
/** The lock in the way, or type LOCK_TYPE_UNLCK. */
export const Rgetlock = message("Rgetlock", 55, {
  type: u8,
  start: u64,
  length: u64,
  procId: u32,
  clientId: string,
});
/** Makes name in the directory dfid a hard link to fid. */
export const Tlink = message("Tlink", 70, { dfid: u32, fid: u32, name: string });
/** Done. */
export const Rlink = message("Rlink", 71, {});
/** Makes a directory name in dfid; mode as in mkdir(2). */
export const Tmkdir = message("Tmkdir", 72, { dfid: u32, name: string, mode: u32, gid: u32 });
/** The directory's qid. */
export const Rmkdir = message("Rmkdir", 73, { qid });
/** renameat(2): oldname in olddirfid becomes newname in newdirfid. */
export const Trenameat = message("Trenameat", 74, {
  olddirfid: u32,
  oldname: string,
  newdirfid: u32,
  newname: string,
});
/** Done. */
export const Rrenameat = message("Rrenameat", 75, {});
/** unlinkat(2): flags is 0 or UNLINKAT_REMOVEDIR. */
export const Tunlinkat = message("Tunlinkat", 76, { dirfid: u32, name: string, flags: u32 });
/** Done; fids on the file stay. */
export const Runlinkat = message("Runlinkat", 77, {});
