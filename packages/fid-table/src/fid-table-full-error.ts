/**
 * Thrown by `insert` when the table holds as many fids as it may. A server answers it with ENOSPC, EMFILE or
 * what its protocol prefers; the table is unchanged.
 */
export class FidTableFullError extends Error {
  override readonly name = "FidTableFullError";
  /** A stable code to test for across copies of this package. */
  readonly code = "FID_TABLE_FULL";
  /** The fid that found no room. */
  readonly fid: number;
  /** The table's bound. */
  readonly maxFids: number;

  constructor(fid: number, maxFids: number) {
    super(`no room for fid ${fid}: the table holds at most ${maxFids} fids; clunk some or raise maxFids`);
    this.fid = fid;
    this.maxFids = maxFids;
  }
}
