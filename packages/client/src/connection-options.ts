import { MIN_MSIZE } from "@ninep/wire";

export interface ConnectionOptions {
  /** The largest message to offer, in bytes; the server may settle for less. 1 MiB by default. */
  readonly msize?: number;
  /** Requests sent and not answered, 1 to 32,767; more wait here for their turn. 256 by default. */
  readonly maxInFlight?: number;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
}

/** What every request takes. */
export interface RequestOptions {
  /**
   * Gives the request up: Tflush is sent and its reply awaited, then the promise
   * rejects with the signal's reason. A reply that comes before that counts: the
   * server has done the work, so the promise resolves (flush(5)).
   */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_MSIZE = 1024 * 1024;
const DEFAULT_IN_FLIGHT = 256;
/** Half of all tags: the other half is for the Tflush of each. */
const MAX_IN_FLIGHT = 32767;

/** The options with their defaults. Throws RangeError. */
export function checkedOptions(options: ConnectionOptions): {
  readonly msize: number;
  readonly maxInFlight: number;
  readonly signal: AbortSignal | undefined;
} {
  const { msize = DEFAULT_MSIZE, maxInFlight = DEFAULT_IN_FLIGHT, signal } = options;
  if (!(Number.isInteger(msize) && msize >= MIN_MSIZE && msize <= 0xffffffff))
    throw new RangeError(`msize is ${msize}; it must be ${MIN_MSIZE} at least and a u32`);
  if (!(Number.isInteger(maxInFlight) && maxInFlight >= 1 && maxInFlight <= MAX_IN_FLIGHT))
    throw new RangeError(`maxInFlight is ${maxInFlight}; it must be 1 to ${MAX_IN_FLIGHT}`);
  return { msize, maxInFlight, signal };
}
