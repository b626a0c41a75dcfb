import { read, receive, receiveWaiting, send, setNonBlocking, setReceiveTimeout, write } from "@ninep/linux";
import { Framer } from "@ninep/wire";
import type { FrameHandler } from "./frame-handler.js";

const EAGAIN = 11;
const EINTR = 4;

/** The part of a reply that has not left yet. */
interface Kept {
  readonly bytes: Uint8Array;
  /** The reply buffer that it lies in; undefined when it is a copy. */
  readonly buffer: Uint8Array | undefined;
}

/** One client on a byte stream: its descriptors, the cut of its messages, and the replies it has not taken yet. */
export class SocketConnection {
  readonly input: number;
  readonly output: number;
  readonly handler: FrameHandler;
  readonly framer: Framer;
  /** When it arrived, in milliseconds of a monotonic clock. */
  readonly since: number;
  /** Requests that answer later. */
  waiting = 0;
  /** Messages are here that have not been served: the handler was full. */
  paused = false;
  /** The client sends no more. */
  inputEnded = false;
  closed = false;
  /** We have accepted it, so nobody else has it open. */
  ours = false;
  /** How often not to wait for its next message, since the last wait was in vain. */
  waitsToSkip = 0;
  /** The EPOLL… events it is registered for. */
  interest = 0;
  /** Who is told of them. */
  happened: (events: number) => void = () => undefined;
  readonly #socket: boolean;
  /** It is no longer non-blocking. */
  #waits = false;
  /** Replies that did not fit into the socket, oldest first. */
  readonly #backlog: Kept[] = [];

  constructor(input: number, output: number, handler: FrameHandler, since: number) {
    this.input = input;
    this.output = output;
    this.handler = handler;
    this.framer = new Framer({ maxSize: handler.msize });
    this.since = since;
    // Two descriptors are a pair of pipes, on which recv and send do not work.
    this.#socket = input === output;
  }

  /** True while replies wait for the client to take them. */
  get congested(): boolean {
    return this.#backlog.length > 0;
  }

  /** Receives into `buffer`: bytes, 0 at the end, -1 when there are none yet, -2 when the connection is broken. */
  receive(buffer: Uint8Array): number {
    const count = this.#socket
      ? receive(this.input, buffer, buffer.length)
      : read(this.input, buffer, buffer.length);
    return count >= 0 ? count : count === -EAGAIN || count === -EINTR ? -1 : -2;
  }

  /**
   * As {@link receive}, but waits up to `milliseconds` when nothing is there. Only for a
   * socket that nobody else has open: whatever else is done with it says that it does not wait.
   */
  receiveWaiting(buffer: Uint8Array, milliseconds: number): number {
    if (!this.#waits) {
      setReceiveTimeout(this.input, milliseconds);
      setNonBlocking(this.input, false);
      this.#waits = true;
    }
    const count = receiveWaiting(this.input, buffer);
    return count >= 0 ? count : count === -EAGAIN || count === -EINTR ? -1 : -2;
  }

  /** Sends `buffer[start, end)` unless others wait to be sent. Returns the bytes sent, -1 when the connection is broken. */
  send(buffer: Uint8Array, start: number, end: number): number {
    return this.#backlog.length > 0 ? 0 : this.#write(buffer, start, end - start);
  }

  /** Keeps `buffer[start, end)` until there is room for it: a copy, or `inPlace`, and then the buffer is not to be used. */
  keep(buffer: Uint8Array, start: number, end: number, inPlace: boolean): void {
    const bytes = buffer.subarray(start, end);
    this.#backlog.push(inPlace ? { bytes, buffer } : { bytes: bytes.slice(), buffer: undefined });
  }

  /** Sends on what was kept, and gives back buffers that are empty. Returns the bytes sent, -1 when the connection is broken. */
  sendBacklog(giveBack: (buffer: Uint8Array) => void): number {
    let total = 0;
    for (let first = this.#backlog[0]; first; first = this.#backlog[0]) {
      const { bytes, buffer } = first;
      const sent = this.#write(bytes, 0, bytes.length);
      if (sent < 0) return -1;
      total += sent;
      if (sent < bytes.length) {
        this.#backlog[0] = { bytes: bytes.subarray(sent), buffer };
        break;
      }
      this.#backlog.shift();
      if (buffer) giveBack(buffer);
    }
    return total;
  }

  /** Forgets what was kept, and gives back buffers. Returns its bytes. */
  dropBacklog(giveBack: (buffer: Uint8Array) => void): number {
    let total = 0;
    for (const { bytes, buffer } of this.#backlog.splice(0)) {
      total += bytes.length;
      if (buffer) giveBack(buffer);
    }
    return total;
  }

  /** Bytes sent, 0 when there is no room, -1 when the connection is broken. */
  #write(bytes: Uint8Array, start: number, length: number): number {
    const count = this.#socket
      ? send(this.output, bytes, length, start)
      : write(this.output, bytes, length, start);
    return count >= 0 ? count : count === -EAGAIN || count === -EINTR ? 0 : -1;
  }
}
