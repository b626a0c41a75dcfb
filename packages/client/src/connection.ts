import {
  HEADER_SIZE,
  IO_HEADER_SIZE,
  NOTAG,
  Reader,
  Rflush,
  Rlerror,
  Tflush,
  Tversion,
  WireError,
  Writer,
  errno,
  readHeader,
  type Message,
} from "@ninep/wire";
import { checkedOptions, type ConnectionOptions, type RequestOptions } from "./connection-options.js";
import { frameBound } from "./frame-bound.js";
import type { FrameChannel } from "./frame-channel.js";
import { LowestFree } from "./lowest-free.js";
import {
  ConnectionError,
  NinepError,
  abortReason,
  closedError,
  protocolError,
  replyError,
} from "./ninep-error.js";
import { AbortWatch, PendingQueue, type Pending } from "./pending.js";
import { negotiate } from "./version.js";

/** Room that a reply without a payload takes at most: Rreadlink of a PATH_MAX target. */
const SMALL_REPLY = 8192;

/**
 * One 9P2000.L connection: many requests in flight, replies in any order. It
 * knows tags, msize and errors; what fids stand for is the business of `File`.
 */
export class Connection {
  readonly #channel: FrameChannel;
  readonly #reader = new Reader();
  readonly #writer = new Writer();
  readonly #pending = new Map<number, Pending>();
  readonly #tags = new LowestFree(NOTAG);
  readonly #maxInFlight: number;
  /** Requests that were answered by nobody yet, flushes aside. */
  #inFlight = 0;
  readonly #queue = new PendingQueue();
  readonly #aborts = new AbortWatch((pending) => {
    this.#giveUp(pending);
  });
  #msize: number;
  #error: ConnectionError | undefined;
  /** Fid numbers in use. */
  readonly fids = new LowestFree(0xffffffff);

  private constructor(channel: FrameChannel, msize: number, maxInFlight: number) {
    this.#channel = channel;
    this.#msize = msize;
    this.#maxInFlight = maxInFlight;
    channel.setMaxSize(msize);
    channel.start({
      frame: (frame) => {
        this.#receive(frame);
      },
      writable: () => {
        this.#sendQueued();
      },
      closed: (error) => {
        this.#fail(closedError(error));
      },
    });
  }

  /**
   * Agrees on 9P2000.L and the msize with the server (version(5)).
   * @throws ConnectionError when the server does not speak 9P2000.L; the channel is closed then.
   * @throws RangeError for options out of range
   */
  static async open(channel: FrameChannel, options: ConnectionOptions = {}): Promise<Connection> {
    const { msize, maxInFlight, signal } = checkedOptions(options);
    const connection = new Connection(channel, msize, maxInFlight);
    const giveUp = () => {
      connection.#fail(new ConnectionError(errno.ECANCELED, "connecting was given up"));
    };
    signal?.addEventListener("abort", giveUp);
    try {
      signal?.throwIfAborted();
      connection.#msize = await negotiate(connection, msize);
      channel.setMaxSize(connection.#msize);
    } catch (error) {
      giveUp();
      throw signal?.aborted ? abortReason(signal) : error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
    return connection;
  }

  /** The largest message in either direction, in bytes, as agreed with the server. */
  get msize(): number {
    return this.#msize;
  }

  /** The largest payload of one Tread, Twrite or Treaddir, in bytes: msize - 24. */
  get ioSize(): number {
    return this.#msize - IO_HEADER_SIZE;
  }

  /** Why the connection is of no use any more; undefined while it is. */
  get error(): ConnectionError | undefined {
    return this.#error;
  }

  /** Closes the connection. Requests under way fail with a {@link ConnectionError}. */
  close(): void {
    this.#fail(new ConnectionError(errno.ECONNRESET, "the connection was closed"));
  }

  /**
   * Sends a request and returns its reply. Payloads in it are views that are
   * gone when the promise resolves: use {@link Connection.requestTaking} for those.
   * @throws NinepError with the errno of an Rlerror
   * @throws ConnectionError when the connection is closed, breaks, or the reply is not `reply`
   */
  async request<T extends object, R extends object>(
    message: Message<T>,
    body: T,
    reply: Message<R>,
    options?: RequestOptions,
  ): Promise<R> {
    return this.requestTaking(message, body, reply, (taken) => taken, options);
  }

  /**
   * Like {@link Connection.request}, but hands the reply to `take` while its
   * bytes are there and returns what that returns. A WireError thrown by `take`
   * says that the server broke the protocol, and ends the connection.
   * @param replySize the most bytes that the reply takes
   */
  requestTaking<T extends object, R extends object, V>(
    message: Message<T>,
    body: T,
    reply: Message<R>,
    take: (body: R) => V,
    options?: RequestOptions,
    replySize = SMALL_REPLY,
  ): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      this.#submit({
        message: message,
        body,
        reply: reply,
        replySize,
        take: (taken) => {
          resolve(take(taken as R));
        },
        reject,
        signal: options?.signal,
        tag: -1,
        flushing: false,
        answered: false,
      });
    });
  }

  #submit(pending: Pending): void {
    if (this.#error) {
      pending.reject(this.#error);
      return;
    }
    if (pending.signal?.aborted) {
      pending.reject(abortReason(pending.signal));
      return;
    }
    this.#aborts.add(pending);
    if (this.#queue.empty && this.#maySend()) this.#send(pending);
    else this.#queue.push(pending);
  }

  #maySend(): boolean {
    return this.#inFlight < this.#maxInFlight && this.#channel.writable && !this.#error;
  }

  #sendQueued(): void {
    while (!this.#queue.empty && this.#maySend()) this.#send(this.#queue.shift()!);
  }

  #send(pending: Pending): void {
    const { message, body } = pending;
    const tag = message.type === Tversion.type ? NOTAG : this.#tags.take()!;
    const room = this.#channel.reserve(Math.min(frameBound(body), this.#msize));
    let size: number;
    try {
      size = message.encode(this.#writer.reset(room), tag, body);
    } catch {
      if (tag !== NOTAG) this.#tags.give(tag);
      this.#aborts.remove(pending);
      const text = `${message.name} does not fit into a message of ${this.#msize} bytes`;
      pending.reject(new NinepError(errno.EMSGSIZE, text));
      return;
    }
    pending.tag = tag;
    this.#pending.set(tag, pending);
    if (message.type !== Tflush.type) this.#inFlight++;
    this.#channel.commit(size, Math.min(pending.replySize, this.#msize));
  }

  #receive(frame: Uint8Array): void {
    const { type, tag } = readHeader(frame);
    const pending = this.#pending.get(tag);
    if (!pending || pending.answered) {
      this.#fail(protocolError("a reply to a request that was never made", frame));
      return;
    }
    const reader = this.#reader.reset(frame, HEADER_SIZE);
    try {
      if (type === pending.reply.type) pending.take(pending.reply.decode(reader));
      else if (type === Rlerror.type)
        pending.reject(replyError(pending.message.name, Rlerror.decode(reader).errno));
      else {
        this.#fail(protocolError(`the wrong reply to ${pending.message.name}`, frame));
        return;
      }
    } catch (error) {
      if (error instanceof WireError) {
        this.#fail(closedError(error));
        return;
      }
      pending.reject(error as Error);
    }
    this.#aborts.remove(pending);
    pending.answered = true;
    if (!pending.flushing) this.#freeTag(pending);
    this.#sendQueued();
  }

  #freeTag(pending: Pending): void {
    this.#pending.delete(pending.tag);
    if (pending.tag !== NOTAG) this.#tags.give(pending.tag);
    if (pending.message.type !== Tflush.type) this.#inFlight--;
  }

  /** The signal of a request was aborted. */
  #giveUp(pending: Pending): void {
    if (pending.tag === -1) {
      this.#queue.remove(pending);
      pending.reject(abortReason(pending.signal!));
      return;
    }
    pending.flushing = true;
    const flushed = () => {
      this.#freeTag(pending);
      if (!pending.answered) pending.reject(abortReason(pending.signal!));
    };
    // Sent at once, whatever waits: it makes room.
    this.#send({
      message: Tflush,
      body: { oldtag: pending.tag },
      reply: Rflush,
      replySize: SMALL_REPLY,
      take: flushed,
      // A server that refuses to flush has still told that it is done with the old tag, or
      // the connection is gone and the request has failed with it.
      reject: () => {
        if (!this.#error) flushed();
      },
      signal: undefined,
      tag: -1,
      flushing: false,
      answered: false,
    });
  }

  #fail(error: ConnectionError): void {
    if (this.#error) return;
    this.#error = error;
    const fail = (pending: Pending) => {
      this.#aborts.remove(pending);
      if (!pending.answered) pending.reject(error);
    };
    for (const pending of this.#pending.values()) fail(pending);
    this.#pending.clear();
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) fail(next);
    this.#channel.close();
  }
}
