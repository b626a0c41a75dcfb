import {
  VERSION_9P2000_L,
  WireError,
  describeMessage,
  errno as numbers,
  errnoName,
  errnoText,
} from "@ninep/wire";

/** Something that the server refused, or that went wrong on the way to it. */
export class NinepError extends Error {
  override readonly name: string = "NinepError";
  /** Linux's error number, such as 2. */
  readonly errno: number;
  /** Its name, such as "ENOENT"; "errno 999" for a number without a name. */
  readonly code: string;

  /** @param message what failed; by default the words of strerror(3) */
  constructor(errno: number, message = errnoText(errno)) {
    super(message);
    this.errno = errno;
    this.code = errnoName(errno);
  }
}

/**
 * The connection is of no use any more: it was closed or it broke (ECONNRESET),
 * or the server does not follow the protocol (EPROTO). Every request under way
 * and every later one fails with it.
 */
export class ConnectionError extends NinepError {
  override readonly name = "ConnectionError";
}

/** An Rlerror in reply to a request. A server that sends 0 gets EIO. */
export function replyError(request: string, errno: number): NinepError {
  const number = errno === 0 ? numbers.EIO : errno;
  return new NinepError(number, `${request}: ${errnoText(number)}`);
}

/** A request that was given up: what its signal was aborted with. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new NinepError(numbers.ECANCELED, `aborted: ${String(reason)}`);
}

/** The server sent a message that has no business here. */
export function protocolError(what: string, frame: Uint8Array): ConnectionError {
  const text = describeMessage(frame, VERSION_9P2000_L);
  return new ConnectionError(numbers.EPROTO, `the server broke the protocol: ${what}: ${text}`);
}

/** No message will come any more, for this reason; none when the server just closed the connection. */
export function closedError(error: Error | undefined): ConnectionError {
  if (error instanceof WireError)
    return new ConnectionError(numbers.EPROTO, `the server broke the protocol: ${error.message}`);
  const text = error ? `the connection broke: ${error.message}` : "the server closed the connection";
  return new ConnectionError(numbers.ECONNRESET, text);
}
