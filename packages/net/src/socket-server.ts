import { performance } from "node:perf_hooks";
import {
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  SOL_SOCKET,
  SO_SNDBUF,
  accept,
  close,
  setNoDelay,
  setSocketOption,
  type EventLoop,
  type Ticking,
} from "@ninep/linux";
import type { FrameHandler } from "./frame-handler.js";
import { ReplyBuffers } from "./reply-buffers.js";
import { SocketConnection } from "./socket-connection.js";

/** What one receive takes at most; a larger message is received straight into its own buffer. */
const RECEIVE_SIZE = 256 * 1024;
/** Replies are gathered up to this size while more requests are at hand. */
const BATCH_SIZE = 64 * 1024;
/** Connections accepted before those that are there get their turn. */
const ACCEPT_BATCH = 64;
/** What a Unix socket takes of replies at once, up to net.core.wmem_max; more makes reading no faster (unix(7), socket(7)). */
const SEND_ROOM = 512 * 1024;
/** Connections that get this room; the kernel keeps twice as much for each that does not read. */
const ROOMY_CONNECTIONS = 64;
/** How long a sole client is waited for at a time, in milliseconds: as long as others may have to wait. */
const SOLE_WAIT = 1;
/** How often before others are looked for. */
const SOLE_ROUNDS = 32;
/** How often it is not tried after it was in vain. */
const SKIPPED_WAITS = 16;
/** How long to leave a listener alone when descriptors have run out, in milliseconds. */
const ACCEPT_PAUSE = 1000;

const EAGAIN = 11;
const EINTR = 4;
const ENFILE = 23;
const EMFILE = 24;
const ECONNABORTED = 103;

export interface SocketServerOptions {
  /** Makes the handler of a new connection. */
  readonly createHandler: () => FrameHandler;
  /** The largest reply, in bytes. */
  readonly msize: number;
  /** Most connections at once; one more is closed at once. Default 16,384. */
  readonly maxConnections?: number;
  /** Most requests of all connections together that answer later. Default 64. */
  readonly maxWaiting?: number;
  /** Most bytes of replies kept for clients that do not take them; who goes beyond is cut off. Default 256 MiB. */
  readonly maxBacklog?: number;
  /** How long a client may say nothing after it has connected, in milliseconds. Default 30,000. */
  readonly silence?: number;
  /** Told when a connection is cut off, and why. */
  readonly onTrouble?: (what: string) => void;
}

/**
 * Serves any number of connections on the thread of an event loop. As long as
 * every request is answered at once, that takes three system calls a request:
 * wait, receive, send.
 */
export class SocketServer implements Ticking {
  readonly #loop: EventLoop;
  readonly #options: Required<SocketServerOptions>;
  readonly #listeners = new Set<number>();
  readonly #connections = new Set<SocketConnection>();
  /** Connections that have not sent a message yet, oldest first. */
  readonly #silent = new Set<SocketConnection>();
  /** Connections with messages that wait for others to be answered. */
  readonly #paused = new Set<SocketConnection>();
  readonly #received = new Uint8Array(RECEIVE_SIZE);
  readonly #buffers: ReplyBuffers;
  readonly #giveBack = (buffer: Uint8Array): void => {
    this.#buffers.giveBack(buffer);
  };
  #out: Uint8Array;
  #backlog = 0;
  /** When to accept again after descriptors ran out. */
  #acceptAgain = Infinity;
  #stopping = false;

  constructor(loop: EventLoop, options: SocketServerOptions) {
    this.#loop = loop;
    this.#options = {
      maxConnections: 16_384,
      maxWaiting: 64,
      maxBacklog: 256 * 1024 * 1024,
      silence: 30_000,
      onTrouble: () => undefined,
      ...options,
    };
    this.#buffers = new ReplyBuffers(options.msize + BATCH_SIZE, this.#options.maxWaiting + 1);
    this.#out = this.#buffers.take();
    loop.addTicking(this);
  }

  /** Connections now. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Accepts connections from a listening socket, which stays the caller's. */
  addListener(fd: number): void {
    this.#loop.add(fd, EPOLLIN, () => {
      this.#accept(fd);
    });
    this.#listeners.add(fd);
  }

  /** Serves a connection, whose descriptors it takes over. @throws SystemError EPERM for a plain file */
  addConnection(input: number, output: number): SocketConnection {
    const connection = new SocketConnection(input, output, this.#options.createHandler(), performance.now());
    const happened = (events: number) => {
      this.#happened(connection, events);
    };
    this.#loop.add(input, EPOLLIN, happened);
    if (output !== input) this.#loop.add(output, 0, happened);
    connection.interest = EPOLLIN;
    connection.happened = happened;
    this.#connections.add(connection);
    this.#silent.add(connection);
    return connection;
  }

  /** Takes no more connections or requests, and closes each connection when it has been answered. Call it on the loop's own thread. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const fd of this.#listeners) this.#loop.remove(fd);
    this.#listeners.clear();
    this.#acceptAgain = Infinity;
    for (const connection of this.#connections) this.#end(connection);
  }

  /** Cuts every connection off. */
  abort(): void {
    this.stop();
    for (const connection of this.#connections) this.#close(connection);
  }

  get wantsTicks(): boolean {
    return this.#silent.size > 0 || this.#acceptAgain !== Infinity;
  }

  tick(now: number): void {
    for (const connection of this.#silent) {
      if (now - connection.since < this.#options.silence) break;
      this.#cutOff(connection, "a client connected and said nothing");
    }
    if (now >= this.#acceptAgain) {
      this.#acceptAgain = Infinity;
      for (const fd of this.#listeners) this.#loop.modify(fd, EPOLLIN);
    }
  }

  #accept(listener: number): void {
    for (let i = 0; i < ACCEPT_BATCH; i++) {
      const fd = accept(listener);
      if (fd === -EAGAIN) return;
      if (fd === -EINTR || fd === -ECONNABORTED) continue;
      if (fd === -EMFILE || fd === -ENFILE) {
        this.#options.onTrouble("no descriptors left for a new connection; raise the limit (ulimit -n)");
        for (const other of this.#listeners) this.#loop.modify(other, 0);
        this.#acceptAgain = performance.now() + ACCEPT_PAUSE;
        return;
      }
      if (fd < 0) return;
      if (this.#connections.size >= this.#options.maxConnections) {
        close(fd);
        this.#options.onTrouble(`more than ${this.#options.maxConnections} connections`);
        continue;
      }
      // TCP sizes its buffers itself, as long as nobody else does.
      if (!sendAtOnce(fd) && this.#connections.size < ROOMY_CONNECTIONS) {
        setSocketOption(fd, SOL_SOCKET, SO_SNDBUF, SEND_ROOM);
      }
      this.addConnection(fd, fd).ours = true;
    }
  }

  #happened(connection: SocketConnection, events: number): void {
    if (events & EPOLLOUT && !this.#flushBacklog(connection)) return;
    // The end of a pipe is a hang-up without input: reading tells.
    if (connection.interest & EPOLLIN) this.#receiveAll(connection);
    else if (events & (EPOLLERR | EPOLLHUP)) this.#close(connection);
  }

  /**
   * Receives once, and from a sole client on and on: it is waited for in recv(2) itself,
   * which saves the loop's wait, a third of the system calls.
   */
  #receiveAll(connection: SocketConnection): void {
    this.#receive(connection, false);
    if (connection.waitsToSkip > 0) {
      connection.waitsToSkip--;
      return;
    }
    for (let i = 0; i < SOLE_ROUNDS && this.#isSole(connection); i++) {
      if (this.#receive(connection, true)) continue;
      connection.waitsToSkip = SKIPPED_WAITS;
      return;
    }
  }

  /** Nobody and nothing else is to be served, but for those who may yet connect. */
  #isSole(connection: SocketConnection): boolean {
    return (
      connection.ours &&
      !connection.closed &&
      connection.interest === EPOLLIN &&
      !this.#loop.held &&
      this.#loop.watchedCount === this.#listeners.size + 1
    );
  }

  /** Receives what there is, or comes within a moment, and serves it. False when there was nothing. */
  #receive(connection: SocketConnection, wait: boolean): boolean {
    const { framer } = connection;
    const room = framer.room();
    const into = room ?? this.#received;
    const count = wait ? connection.receiveWaiting(into, SOLE_WAIT) : connection.receive(into);
    if (count === -1) return false;
    if (count === -2) {
      this.#close(connection);
    } else if (count === 0) {
      this.#end(connection);
    } else {
      if (room) framer.filled(count);
      else framer.push(into.subarray(0, count));
      this.#serve(connection);
    }
    return true;
  }

  /** Serves the messages at hand, as long as the handler takes them and the client its replies. */
  #serve(connection: SocketConnection): void {
    const { framer, handler } = connection;
    let used = 0;
    try {
      for (;;) {
        if (handler.full || this.#buffers.exhausted || connection.congested) {
          framer.keep();
          this.#pause(connection);
          break;
        }
        const frame = framer.next();
        if (!frame) break;
        if (this.#silent.size > 0) this.#silent.delete(connection);
        const result = handler.handle(frame, used === 0 ? this.#out : this.#out.subarray(used));
        if (framer.maxSize !== handler.msize) framer.maxSize = handler.msize;
        const out = this.#out;
        if (typeof result === "number") {
          used += result;
          if (used < BATCH_SIZE) continue;
          if (this.#send(connection, out, 0, used)) this.#out = this.#buffers.take();
        } else {
          this.#later(connection, result, out, used);
          this.#out = this.#buffers.take();
          // What comes before it in the same buffer is small: it is copied if it has to wait.
          if (used > 0) this.#send(connection, out, 0, used);
        }
        if (connection.closed) return;
        used = 0;
      }
      if (used > 0 && this.#send(connection, this.#out, 0, used)) this.#out = this.#buffers.take();
    } catch (error) {
      this.#cutOff(connection, (error as Error).message);
    }
  }

  /** Sends a reply that is not there yet, from `buffer` at `at`, when it is. */
  #later(connection: SocketConnection, result: Promise<number>, buffer: Uint8Array, at: number): void {
    connection.waiting++;
    this.#loop.hold();
    let kept = false;
    void result
      .then(
        (size) => {
          if (size > 0 && !connection.closed) kept = this.#send(connection, buffer, at, at + size);
        },
        (error: unknown) => {
          this.#cutOff(connection, (error as Error).message);
        },
      )
      .finally(() => {
        if (!kept) this.#buffers.giveBack(buffer);
        connection.waiting--;
        this.#loop.letGo();
        if (connection.inputEnded) this.#end(connection);
        for (const paused of this.#paused) this.#resume(paused);
      });
  }

  #pause(connection: SocketConnection): void {
    connection.paused = true;
    this.#paused.add(connection);
    this.#register(connection);
  }

  #resume(connection: SocketConnection): void {
    if (connection.closed || connection.congested || connection.handler.full || this.#buffers.exhausted)
      return;
    connection.paused = false;
    this.#paused.delete(connection);
    this.#serve(connection);
    this.#register(connection);
  }

  /** Sends `buffer[start, end)`. True when the connection keeps the buffer, and gives it back when it has left. */
  #send(connection: SocketConnection, buffer: Uint8Array, start: number, end: number): boolean {
    const sent = connection.send(buffer, start, end);
    if (sent < 0) {
      this.#close(connection);
      return false;
    }
    const left = end - start - sent;
    if (left === 0) return false;
    const inPlace = left >= BATCH_SIZE && this.#buffers.plenty;
    connection.keep(buffer, end - left, end, inPlace);
    this.#backlog += left;
    if (this.#backlog > this.#options.maxBacklog)
      this.#cutOff(connection, "a client does not take its replies");
    else this.#register(connection);
    return inPlace;
  }

  /** False when the connection is gone. */
  #flushBacklog(connection: SocketConnection): boolean {
    const sent = connection.sendBacklog(this.#giveBack);
    if (sent < 0) {
      this.#close(connection);
      return false;
    }
    this.#backlog -= sent;
    if (connection.congested) return true;
    this.#register(connection);
    if (connection.inputEnded) this.#end(connection);
    else if (connection.paused) this.#resume(connection);
    return !connection.closed;
  }

  /** Tells the kernel what this connection waits for, when that has changed. */
  #register(connection: SocketConnection): void {
    if (connection.closed) return;
    const { congested, input, output } = connection;
    const wantsInput = !congested && !connection.paused && !connection.inputEnded;
    const interest = (wantsInput ? EPOLLIN : 0) | (congested ? EPOLLOUT : 0);
    if (interest === connection.interest) return;
    const changed = interest ^ connection.interest;
    connection.interest = interest;
    if (input === output) {
      this.#loop.modify(input, interest);
      return;
    }
    // A pipe that the peer has closed is always ready: it must not be waited for while nothing is read from it.
    if (changed & EPOLLIN) {
      if (wantsInput) this.#loop.add(input, EPOLLIN, connection.happened);
      else this.#loop.remove(input);
    }
    if (changed & EPOLLOUT) this.#loop.modify(output, interest & EPOLLOUT);
  }

  /** The client, or we, send no more requests: closes as soon as all replies have left. */
  #end(connection: SocketConnection): void {
    connection.inputEnded = true;
    if (connection.waiting === 0 && !connection.congested) this.#close(connection);
    else this.#register(connection);
  }

  #cutOff(connection: SocketConnection, why: string): void {
    if (connection.closed) return;
    this.#options.onTrouble(`connection closed: ${why}`);
    this.#close(connection);
  }

  #close(connection: SocketConnection): void {
    if (connection.closed) return;
    connection.closed = true;
    this.#connections.delete(connection);
    this.#silent.delete(connection);
    this.#paused.delete(connection);
    this.#backlog -= connection.dropBacklog(this.#giveBack);
    const { input, output } = connection;
    if (input !== output && connection.interest & EPOLLIN) this.#loop.remove(input);
    this.#loop.remove(output);
    for (const fd of new Set([input, output])) {
      // Standard input and output are the process's own, to the end.
      if (fd > 2) close(fd);
    }
    this.#loop.hold();
    void connection.handler.close().finally(() => {
      this.#loop.letGo();
    });
  }
}

/** Has each TCP reply leave at once. False for other sockets, which do that anyway. */
function sendAtOnce(fd: number): boolean {
  try {
    setNoDelay(fd);
    return true;
  } catch {
    // EOPNOTSUPP of a Unix socket.
    return false;
  }
}
