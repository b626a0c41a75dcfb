// The messages of 9P2000 (Plan 9 manual, section 5) with the fields that
// 9P2000.u adds (ericvh.github.io/9p-rfc/rfc9p2000.u.html).
import { NO_UNAME } from "./constants.js";
import { data, qid, string, u16, u32, u64, u8, unix } from "./field.js";
import { message } from "./message.js";
import { countedStat, qids, strings } from "./stat.js";

export const Tversion = message("Tversion", 100, { msize: u32, version: string });
export const Rversion = message("Rversion", 101, { msize: u32, version: string });
export const Tauth = message("Tauth", 102, {
  afid: u32,
  uname: string,
  aname: string,
  nUname: unix(u32, NO_UNAME),
});
export const Rauth = message("Rauth", 103, { aqid: qid });
export const Tattach = message("Tattach", 104, {
  fid: u32,
  afid: u32,
  uname: string,
  aname: string,
  nUname: unix(u32, NO_UNAME),
});
export const Rattach = message("Rattach", 105, { qid });
/** Never sent; its number is 106. */
export const Terror = message("Terror", 106, {});
export const Rerror = message("Rerror", 107, { ename: string, errno: unix(u32, 0) });
export const Tflush = message("Tflush", 108, { oldtag: u16 });
export const Rflush = message("Rflush", 109, {});
export const Twalk = message("Twalk", 110, { fid: u32, newfid: u32, names: strings });
export const Rwalk = message("Rwalk", 111, { qids });
export const Topen = message("Topen", 112, { fid: u32, mode: u8 });
export const Ropen = message("Ropen", 113, { qid, iounit: u32 });
export const Tcreate = message("Tcreate", 114, {
  fid: u32,
  name: string,
  perm: u32,
  mode: u8,
  extension: unix(string, ""),
});
export const Rcreate = message("Rcreate", 115, { qid, iounit: u32 });
export const Tread = message("Tread", 116, { fid: u32, offset: u64, count: u32 });
export const Rread = message("Rread", 117, { data });
export const Twrite = message("Twrite", 118, { fid: u32, offset: u64, data });
export const Rwrite = message("Rwrite", 119, { count: u32 });
export const Tclunk = message("Tclunk", 120, { fid: u32 });
export const Rclunk = message("Rclunk", 121, {});
export const Tremove = message("Tremove", 122, { fid: u32 });
export const Rremove = message("Rremove", 123, {});
export const Tstat = message("Tstat", 124, { fid: u32 });
export const Rstat = message("Rstat", 125, { stat: countedStat });
export const Twstat = message("Twstat", 126, { fid: u32, stat: countedStat });
export const Rwstat = message("Rwstat", 127, {});
