import { Rerror, Rlerror, VERSION_9P2000_L, WireError, errno, errnoText, type Writer } from "@ninep/wire";

/**
 * The one place where an error becomes a reply: Rlerror with Linux's number for
 * 9P2000.L, Rerror with its text (and for 9P2000.u the number) for the others.
 * Returns the size of the reply, 0 when there is not even room for it.
 */
export function encodeError(writer: Writer, reply: Uint8Array, tag: number, error: unknown): number {
  const number = errnoOf(error);
  try {
    writer.reset(reply);
    return writer.dialect === VERSION_9P2000_L
      ? Rlerror.encode(writer, tag, { errno: number })
      : Rerror.encode(writer, tag, { ename: errnoText(number), errno: number });
  } catch {
    return 0;
  }
}

/** Linux's number for anything that was thrown; EIO for what is not an error of a system call. */
export function errnoOf(error: unknown): number {
  if (error instanceof WireError) return errno.EBADMSG;
  const number = (error as { errno?: unknown } | null)?.errno;
  // Node's own errors carry negative numbers.
  if (typeof number === "number" && Number.isInteger(number) && number !== 0) return Math.abs(number);
  return errno.EIO;
}

/** True for an error that no client could have caused: a bug here or in a backend. */
export function isUnexpected(error: unknown): boolean {
  return !(error instanceof WireError) && typeof (error as { errno?: unknown } | null)?.errno !== "number";
}
