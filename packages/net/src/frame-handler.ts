/**
 * Who serves the messages of one connection: a Session of \@ninep/server, as
 * far as a transport needs to know it.
 */
export interface FrameHandler {
  /** The largest message the peer may send now, in bytes. */
  readonly msize: number;
  /** True while no more messages should be handed over. */
  readonly full: boolean;
  /**
   * Serves one message and returns the size of the reply written into `reply`,
   * 0 for none, or a promise of it. Throws when the stream is out of step.
   */
  handle(frame: Uint8Array, reply: Uint8Array): number | Promise<number>;
  /** Ends the session. */
  close(): Promise<void>;
}
