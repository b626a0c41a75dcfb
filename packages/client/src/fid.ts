import { Rclunk, Tclunk, errno } from "@ninep/wire";
import type { Connection } from "./connection.js";
import { NinepError, abortReason } from "./ninep-error.js";

/** A fid number for a request that makes a fid. */
export function takeFid(connection: Connection): number {
  const fid = connection.fids.take();
  if (fid === undefined) throw new NinepError(errno.EMFILE, "all fids are in use");
  return fid;
}

/**
 * Tells the server that the fid is not needed any more. The fid is gone
 * whatever the server answers (clunk(5)), so its number is free afterwards.
 * @throws NinepError what the server has kept for the last moment, such as a failed write of an xattr
 */
export async function clunk(connection: Connection, fid: number): Promise<void> {
  try {
    await connection.request(Tclunk, { fid }, Rclunk);
  } finally {
    connection.fids.give(fid);
  }
}

/** Clunks when something else has failed, which is the error to report. */
export async function clunkQuietly(connection: Connection, fid: number): Promise<void> {
  await clunk(connection, fid).catch(() => undefined);
}

/**
 * Makes a fid with `request` and gives its number back if that fails. A request
 * that was given up may have made its fid all the same: that one is clunked.
 */
export async function withNewFid<T>(
  connection: Connection,
  request: (fid: number) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<{ fid: number; result: T }> {
  if (signal?.aborted) throw abortReason(signal);
  const fid = takeFid(connection);
  try {
    return { fid, result: await request(fid) };
  } catch (error) {
    if (signal?.aborted) await clunkQuietly(connection, fid);
    else connection.fids.give(fid);
    throw error;
  }
}
