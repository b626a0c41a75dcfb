// The messages of 9P2000.L (include/net/9p/9p.h and net/9p/client.c of Linux,
// and diod's protocol.md).
import { data, qid, string, timespec, trailing, u32, u64, u8 } from "./field.js";
import { message } from "./message.js";

/** Never sent; its number is 6. */
export const Tlerror = message("Tlerror", 6, {});
export const Rlerror = message("Rlerror", 7, { errno: u32 });
export const Tstatfs = message("Tstatfs", 8, { fid: u32 });
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
export const Tlopen = message("Tlopen", 12, { fid: u32, flags: u32 });
export const Rlopen = message("Rlopen", 13, { qid, iounit: u32 });
export const Tlcreate = message("Tlcreate", 14, { fid: u32, name: string, flags: u32, mode: u32, gid: u32 });
export const Rlcreate = message("Rlcreate", 15, { qid, iounit: u32 });
export const Tsymlink = message("Tsymlink", 16, { dfid: u32, name: string, target: string, gid: u32 });
export const Rsymlink = message("Rsymlink", 17, { qid });
export const Tmknod = message("Tmknod", 18, {
  dfid: u32,
  name: string,
  mode: u32,
  major: u32,
  minor: u32,
  gid: u32,
});
export const Rmknod = message("Rmknod", 19, { qid });
export const Trename = message("Trename", 20, { fid: u32, dfid: u32, name: string });
export const Rrename = message("Rrename", 21, {});
export const Treadlink = message("Treadlink", 22, { fid: u32 });
export const Rreadlink = message("Rreadlink", 23, { target: string });
export const Tgetattr = message("Tgetattr", 24, { fid: u32, mask: u64 });
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
export const Rsetattr = message("Rsetattr", 27, {});
export const Txattrwalk = message("Txattrwalk", 30, { fid: u32, newfid: u32, name: string });
export const Rxattrwalk = message("Rxattrwalk", 31, { size: u64 });
export const Txattrcreate = message("Txattrcreate", 32, { fid: u32, name: string, size: u64, flags: u32 });
export const Rxattrcreate = message("Rxattrcreate", 33, {});
export const Treaddir = message("Treaddir", 40, { fid: u32, offset: u64, count: u32 });
export const Rreaddir = message("Rreaddir", 41, { data });
/** Clients older than Linux 2.6.38 leave datasync out. */
export const Tfsync = message("Tfsync", 50, { fid: u32, datasync: trailing(u32, 0) });
export const Rfsync = message("Rfsync", 51, {});
export const Tlock = message("Tlock", 52, {
  fid: u32,
  type: u8,
  flags: u32,
  start: u64,
  length: u64,
  procId: u32,
  clientId: string,
});
export const Rlock = message("Rlock", 53, { status: u8 });
export const Tgetlock = message("Tgetlock", 54, {
  fid: u32,
  type: u8,
  start: u64,
  length: u64,
  procId: u32,
  clientId: string,
});
export const Rgetlock = message("Rgetlock", 55, {
  type: u8,
  start: u64,
  length: u64,
  procId: u32,
  clientId: string,
});
export const Tlink = message("Tlink", 70, { dfid: u32, fid: u32, name: string });
export const Rlink = message("Rlink", 71, {});
export const Tmkdir = message("Tmkdir", 72, { dfid: u32, name: string, mode: u32, gid: u32 });
export const Rmkdir = message("Rmkdir", 73, { qid });
export const Trenameat = message("Trenameat", 74, {
  olddirfid: u32,
  oldname: string,
  newdirfid: u32,
  newname: string,
});
export const Rrenameat = message("Rrenameat", 75, {});
export const Tunlinkat = message("Tunlinkat", 76, { dirfid: u32, name: string, flags: u32 });
export const Runlinkat = message("Runlinkat", 77, {});
