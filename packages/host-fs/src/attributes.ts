import {
  STATX_BASIC_STATS,
  STATX_BTIME,
  STATX_CTIME,
  STATX_INO,
  STATX_SIZE,
  STATX_TYPE,
  makedev,
  type Statx,
} from "@ninep/linux";
import type { Attr } from "@ninep/server";
import { GETATTR_BASIC, GETATTR_BTIME, type Qid } from "@ninep/wire";

/** What a qid needs to know of a file. */
export const STATX_FOR_QID = STATX_TYPE | STATX_INO | STATX_CTIME | STATX_SIZE;
/** What Rgetattr needs to know of a file. */
export const STATX_FOR_ATTR = STATX_BASIC_STATS | STATX_BTIME;

/**
 * A qid.version: another one whenever the file changes. The kernel moves ctime
 * on every change of content or attributes; the size helps where ctime is
 * coarse. Never 0, which makes the Linux client bypass its cache.
 */
export function versionOf(stat: Statx): number {
  const mixed =
    Math.imul(stat.ctimeSecLow, 0x9e3779b1) ^ Math.imul(stat.ctimeNsec, 0x85ebca6b) ^ stat.sizeLow;
  return mixed >>> 0 || 1;
}

/** The fields of Rgetattr from those of statx(2). */
export function attrOf(stat: Statx, qid: Qid, mask: bigint): Attr {
  const birth = (mask & GETATTR_BTIME) !== 0n && (stat.mask & STATX_BTIME) !== 0;
  return {
    valid: birth ? GETATTR_BASIC | GETATTR_BTIME : GETATTR_BASIC,
    qid,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    nlink: BigInt(stat.nlink),
    rdev: makedev(stat.rdevMajor, stat.rdevMinor),
    size: stat.size,
    blksize: BigInt(stat.blksize),
    blocks: stat.blocks,
    atime: { sec: stat.atimeSec, nsec: BigInt(stat.atimeNsec) },
    mtime: { sec: stat.mtimeSec, nsec: BigInt(stat.mtimeNsec) },
    ctime: { sec: stat.ctimeSec, nsec: BigInt(stat.ctimeNsec) },
    btime: birth ? { sec: stat.btimeSec, nsec: BigInt(stat.btimeNsec) } : { sec: 0n, nsec: 0n },
    gen: 0n,
    dataVersion: 0n,
  };
}
