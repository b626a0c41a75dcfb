/** What a {@link FrameChannel} tells its user. */
export interface FrameChannelEvents {
  /** One whole message, header included. It is valid until the call returns. */
  frame(frame: Uint8Array): void;
  /** {@link FrameChannel.writable} has become true again. */
  writable(): void;
  /** No message will come any more. `error` says why, if not by {@link FrameChannel.close}. Called once. */
  closed(error?: Error): void;
}

/**
 * Carries whole messages: over a byte stream ({@link StreamChannel}), or one
 * descriptor chain each over a virtqueue. It knows nothing of what they say.
 *
 * A message is sent in two steps so that it is encoded straight into the memory
 * it leaves from: `reserve` the most it can take, encode, `commit` what it took.
 */
export interface FrameChannel {
  /** Delivers events from now on. Called once. */
  start(events: FrameChannelEvents): void;
  /** False when messages should be held back until `writable`. Sending is possible all the same. */
  readonly writable: boolean;
  /** The largest message that may come from now on, in bytes; a larger one ends the channel. */
  setMaxSize(bytes: number): void;
  /** Room for a message of up to `size` bytes, until the next call. */
  reserve(size: number): Uint8Array;
  /** Sends the first `size` bytes of the room. The reply to it takes at most `replySize` bytes. */
  commit(size: number, replySize: number): void;
  /** Sends what was committed, then ends. May be called again. */
  close(): void;
}
