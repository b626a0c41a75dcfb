import * as wire from "@ninep/wire";
import type { Body } from "@ninep/wire";

/** Every request of the three dialects with its reply. */
export const exchanges = {
  Tversion: [wire.Tversion, wire.Rversion],
  Tauth: [wire.Tauth, wire.Rauth],
  Tattach: [wire.Tattach, wire.Rattach],
  Tflush: [wire.Tflush, wire.Rflush],
  Twalk: [wire.Twalk, wire.Rwalk],
  Topen: [wire.Topen, wire.Ropen],
  Tcreate: [wire.Tcreate, wire.Rcreate],
  Tread: [wire.Tread, wire.Rread],
  Twrite: [wire.Twrite, wire.Rwrite],
  Tclunk: [wire.Tclunk, wire.Rclunk],
  Tremove: [wire.Tremove, wire.Rremove],
  Tstat: [wire.Tstat, wire.Rstat],
  Twstat: [wire.Twstat, wire.Rwstat],
  Tstatfs: [wire.Tstatfs, wire.Rstatfs],
  Tlopen: [wire.Tlopen, wire.Rlopen],
  Tlcreate: [wire.Tlcreate, wire.Rlcreate],
  Tsymlink: [wire.Tsymlink, wire.Rsymlink],
  Tmknod: [wire.Tmknod, wire.Rmknod],
  Trename: [wire.Trename, wire.Rrename],
  Treadlink: [wire.Treadlink, wire.Rreadlink],
  Tgetattr: [wire.Tgetattr, wire.Rgetattr],
  Tsetattr: [wire.Tsetattr, wire.Rsetattr],
  Txattrwalk: [wire.Txattrwalk, wire.Rxattrwalk],
  Txattrcreate: [wire.Txattrcreate, wire.Rxattrcreate],
  Treaddir: [wire.Treaddir, wire.Rreaddir],
  Tfsync: [wire.Tfsync, wire.Rfsync],
  Tlock: [wire.Tlock, wire.Rlock],
  Tgetlock: [wire.Tgetlock, wire.Rgetlock],
  Tlink: [wire.Tlink, wire.Rlink],
  Tmkdir: [wire.Tmkdir, wire.Rmkdir],
  Trenameat: [wire.Trenameat, wire.Rrenameat],
  Tunlinkat: [wire.Tunlinkat, wire.Runlinkat],
} as const;

/** Such as "Twalk". */
export type RequestName = keyof typeof exchanges;
/** The fields of a request. */
export type RequestBody<N extends RequestName> = Body<(typeof exchanges)[N][0]>;
/** The fields of the reply to a request. */
export type ReplyBody<N extends RequestName> = Body<(typeof exchanges)[N][1]>;
