import { read, receive, send, write } from "@ninep/linux";
import { Framer } from "@ninep/wire";
import type { FrameHandler } from "./frame-handler.js";

const EAGAIN = 11;
const EINTR = 4;

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
  /** The EPOLL… events it is registered for. */
  interest = 0;
  readonly #socket: boolean;
  /** Replies that did not fit into the socket, oldest first. */
  readonly #backlog: Uint8Array[] = [];

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
   * Sends `bytes`, or keeps a copy of what the socket has no room for.
   * Returns the bytes kept, -1 when the connection is broken.
   */
  send(bytes: Uint8Array): number {
    if (this.#backlog.length > 0) {
      this.#backlog.push(bytes.slice());
      return bytes.length;
    }
    const sent = this.#write(bytes);
    if (sent < 0) return -1;
    if (sent < bytes.length) this.#backlog.push(bytes.slice(sent));
    return bytes.length - sent;
  }

  /** Sends on what was kept. Returns the bytes sent, -1 when the connection is broken. */
  sendBacklog(): number {
    let total = 0;
    for (let first = this.#backlog[0]; first; first = this.#backlog[0]) {
      const sent = this.#write(first);
      if (sent < 0) return -1;
      total += sent;
      if (sent < first.length) {
        this.#backlog[0] = first.subarray(sent);
        break;
      }
      this.#backlog.shift();
    }
    return total;
  }

  /** Forgets what was kept. Returns its bytes. */
  dropBacklog(): number {
    return this.#backlog.splice(0).reduce((total, bytes) => total + bytes.length, 0);
  }

  /** Bytes sent, 0 when there is no room, -1 when the connection is broken. */
  #write(bytes: Uint8Array): number {
    const count = this.#socket
      ? send(this.output, bytes, bytes.length)
      : write(this.output, bytes, bytes.length);
    return count >= 0 ? count : count === -EAGAIN || count === -EINTR ? 0 : -1;
  }
}
