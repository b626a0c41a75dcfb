/** What a {@link ByteStream} tells its user. */
export interface ByteStreamEvents {
  /** Bytes arrived, in order, cut anywhere. They are read before the call returns. */
  data(chunk: Uint8Array): void;
  /** After a write returned false: there is room again. */
  drain(): void;
  /** The stream has ended, by either side. `error` when it broke. Called once, nothing follows. */
  close(error?: Error): void;
}

/**
 * An ordered stream of bytes in both directions, such as a TCP connection. A
 * `net.Socket` of Node needs five lines to become one; see the README.
 */
export interface ByteStream {
  /** Delivers events from now on. Called once; nothing may be lost before it. */
  start(events: ByteStreamEvents): void;
  /**
   * Sends bytes, which are the stream's to keep: the caller does not change them
   * again. Returns false when the caller should write no more until `drain`.
   */
  write(bytes: Uint8Array): boolean;
  /** Sends what was written, then ends the stream. May be called again. */
  close(): void;
}
