/**
 * The number that stands for "no fid" (afid of a Tattach without authentication). It is never in a table.
 *
 * Source: NOFID of the 9P2000 manual pages, attach(5); `include/net/9p/9p.h` of Linux.
 */
export const NOFID = 0xffffffff;

/**
 * Refuses what cannot name an entry.
 *
 * @throws RangeError unless `fid` is an integer from 0 to 0xFFFFFFFE.
 */
export function checkFid(fid: number): void {
  if (fid >>> 0 !== fid || fid === NOFID) {
    throw new RangeError(
      `${fid} is not a fid: a fid is an integer from 0 to 4294967294 (4294967295 is NOFID)`,
    );
  }
}
