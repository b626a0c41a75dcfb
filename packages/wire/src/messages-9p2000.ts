// The messages of 9P2000 (Plan 9 manual, section 5) with the fields that
// 9P2000.u adds (ericvh.github.io/9p-rfc/rfc9p2000.u.html).
import { NO_UNAME } from "./constants.js";
import { data, qid, string, u16, u32, u64, u8, unix } from "./field.js";
import { message } from "./message.js";
import { countedStat, qids, strings } from "./stat.js";

/** version(5): begins a session; tag is NOTAG, msize in bytes, header included. */
export const Tversion = message("Tversion", 100, { msize: u32, version: string });
/** version(5): the msize and version that hold, or version "unknown". */
export const Rversion = message("Rversion", 101, { msize: u32, version: string });
/** attach(5): makes afid a file to authenticate over. */
export const Tauth = message("Tauth", 102, {
  afid: u32,
  uname: string,
  aname: string,
  nUname: unix(u32, NO_UNAME),
});
/** attach(5): the qid of the authentication file. */
export const Rauth = message("Rauth", 103, { aqid: qid });
/** attach(5): makes fid the root of the tree aname; afid is NOFID without authentication. */
export const Tattach = message("Tattach", 104, {
  fid: u32,
  afid: u32,
  uname: string,
  aname: string,
  nUname: unix(u32, NO_UNAME),
});
/** attach(5): the root's qid. */
export const Rattach = message("Rattach", 105, { qid });
/** Never sent; its number is 106. */
export const Terror = message("Terror", 106, {});
/** error(5): why the request failed; 9P2000.L has Rlerror instead. */
export const Rerror = message("Rerror", 107, { ename: string, errno: unix(u32, 0) });
/** flush(5): gives up the request with the tag oldtag. */
export const Tflush = message("Tflush", 108, { oldtag: u16 });
/** flush(5): that tag may be used again. */
export const Rflush = message("Rflush", 109, {});
/** walk(5): makes newfid what at most MAX_WALK_NAMES names lead to from fid. */
export const Twalk = message("Twalk", 110, { fid: u32, newfid: u32, names: strings });
/** walk(5): a qid for each name that was there; fewer than asked for leave newfid unset. */
export const Rwalk = message("Rwalk", 111, { qids });
/** open(5): opens fid; mode is one of OREAD, OWRITE, ORDWR and OEXEC with bits above. */
export const Topen = message("Topen", 112, { fid: u32, mode: u8 });
/** open(5): iounit is the most bytes that one read or write moves whole, 0 for "as msize allows". */
export const Ropen = message("Ropen", 113, { qid, iounit: u32 });
/** open(5): makes name in the directory fid and opens it as fid. */
export const Tcreate = message("Tcreate", 114, {
  fid: u32,
  name: string,
  perm: u32,
  mode: u8,
  extension: unix(string, ""),
});
/** open(5): as Ropen, for the new file. */
export const Rcreate = message("Rcreate", 115, { qid, iounit: u32 });
/** read(5): count bytes from offset; also entries of a directory in 9P2000 and 9P2000.u. */
export const Tread = message("Tread", 116, { fid: u32, offset: u64, count: u32 });
/** read(5): at most count bytes, none at the end of the file. */
export const Rread = message("Rread", 117, { data });
/** read(5): data to offset. */
export const Twrite = message("Twrite", 118, { fid: u32, offset: u64, data });
/** read(5): bytes written. */
export const Rwrite = message("Rwrite", 119, { count: u32 });
/** clunk(5): gives up fid. */
export const Tclunk = message("Tclunk", 120, { fid: u32 });
/** clunk(5): done; fid is gone even when the reply is an error. */
export const Rclunk = message("Rclunk", 121, {});
/** remove(5): removes the file and gives up fid. */
export const Tremove = message("Tremove", 122, { fid: u32 });
/** remove(5): done; fid is gone even when the reply is an error. */
export const Rremove = message("Rremove", 123, {});
/** stat(5): asks what is known of a file. */
export const Tstat = message("Tstat", 124, { fid: u32 });
/** stat(5): what is known of a file. */
export const Rstat = message("Rstat", 125, { stat: countedStat });
/** stat(5): changes a file; fields of all ones and empty strings stay as they are. */
export const Twstat = message("Twstat", 126, { fid: u32, stat: countedStat });
/** stat(5): done, all of it or nothing. */
export const Rwstat = message("Rwstat", 127, {});
