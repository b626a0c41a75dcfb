import { performance } from "node:perf_hooks";
import { drainEventfd, signalEventfd } from "@ninep/linux";
import { DeviceError, FrontEnd, type Block } from "@ninep/virtio";
import { HEADER_SIZE } from "@ninep/wire";

/** What a {@link VhostUserChannel} tells its user. */
export interface ChannelEvents {
  /** One whole reply, header included. It is valid until the call returns. */
  frame(frame: Uint8Array): void;
  /** {@link VhostUserChannel.writable} has become true again. */
  writable(): void;
  /** Nothing will come any more. `error` says why, if not by closing it. Called once. */
  closed(error?: Error): void;
}

export interface VhostUserOptions {
  /** Largest message in bytes. Default 512,000, the most that Linux uses over virtio. */
  readonly msize?: number;
  /** Requests under way at once. Default 32. */
  readonly maxInFlight?: number;
  /** Microseconds to look for a reply before waiting for an interrupt. Default 0. */
  readonly spin?: number;
}

/** Where a request and its reply lie; used again when the reply has been taken. */
interface Slot {
  readonly request: Block;
  readonly reply: Block;
  /** Room that the device was given for the reply. */
  room: number;
}

/** How long the event loop is kept from other work while replies keep coming, in milliseconds. */
const TURN = 1;
/** How often promises get their turn before the ring is looked at again. */
const TURNS_OF_PROMISES = 4;

/**
 * Carries 9P over memory that is shared with a server in another process, as a
 * VM does and without one. A request is encoded where the server reads it, and
 * its reply is looked at where the server has written it. It is a FrameChannel
 * of \@ninep/client.
 */
export class VhostUserChannel {
  readonly #frontEnd: FrontEnd;
  readonly #spin: number;
  /** Slots that are free, of which so many are kept for flushes, which must get through. */
  readonly #free: Slot[] = [];
  readonly #reserve: number;
  /** By the head of their chain. */
  readonly #pending = new Map<number, Slot>();
  #events: ChannelEvents | undefined;
  #reserved: Slot | undefined;
  #waiting = false;
  #error: Error | undefined;
  #closed = false;

  private constructor(frontEnd: FrontEnd, msize: number, maxInFlight: number, spin: number) {
    this.#frontEnd = frontEnd;
    this.#spin = spin;
    this.#reserve = maxInFlight;
    for (let i = 0; i < 2 * maxInFlight; i++) {
      const { memory } = frontEnd;
      this.#free.push({
        request: memory.allocate(msize, 4096),
        reply: memory.allocate(msize, 4096),
        room: 0,
      });
    }
  }

  /**
   * Connects to the server's socket.
   * @throws SystemError when nobody listens there
   * @throws ProtocolError when it is no vhost-user device
   */
  static async dial(path: string, options: VhostUserOptions = {}): Promise<VhostUserChannel> {
    const { msize = 512_000, maxInFlight = 32, spin = 0 } = options;
    // A chain has two descriptors, in a table of its own or not.
    const queueSize = 2 ** Math.ceil(Math.log2(maxInFlight * 4));
    const room = 4 * maxInFlight * (msize + 4096) + 8 * 1024 * 1024;
    const frontEnd = await FrontEnd.connect(path, { memory: room, queueSize });
    return new VhostUserChannel(frontEnd, msize, maxInFlight, spin);
  }

  /** Delivers events from now on. Called once. */
  start(events: ChannelEvents): void {
    this.#events = events;
  }

  /** False while as many requests are under way as there is room for: send no more until `writable`. */
  get writable(): boolean {
    return this.#free.length > this.#reserve;
  }

  /** Does nothing: a reply cannot be larger than the memory that {@link commit} gave it. */
  setMaxSize(): void {
    // A channel over a byte stream needs it.
  }

  /** Room for a message of up to `size` bytes, until the next call. @throws RangeError beyond msize */
  reserve(size: number): Uint8Array {
    this.#reserved ??= this.#free.pop();
    if (!this.#reserved) throw new RangeError("more requests than the channel has room for");
    return this.#reserved.request.bytes.subarray(0, size);
  }

  /** Sends the first `size` bytes of the room. The reply to it takes at most `replySize` bytes. */
  commit(size: number, replySize: number): void {
    const slot = this.#reserved;
    if (!slot || this.#closed) return;
    this.#reserved = undefined;
    slot.room = Math.min(replySize, slot.reply.bytes.length);
    const { ring } = this.#frontEnd.queues[0]!;
    const head = ring.add(
      [{ address: slot.request.address, length: size }],
      [{ address: slot.reply.address, length: slot.room }],
    );
    this.#pending.set(head, slot);
    this.#frontEnd.kick();
    if (this.#waiting) return;
    this.#waiting = true;
    // After whoever commits has committed all that it has.
    queueMicrotask(() => {
      void this.#wait();
    });
  }

  /** Sends what was committed, then ends. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Its own interrupt wakes who waits for the device's.
    if (this.#waiting) signalEventfd(this.#frontEnd.queues[0]!.callFd);
    else this.#end();
  }

  /** Takes replies as long as there are requests under way. */
  async #wait(): Promise<void> {
    try {
      let turn = performance.now();
      while (this.#pending.size > 0 && !this.#closed) {
        if (this.#take()) {
          for (let i = 0; i < TURNS_OF_PROMISES; i++) await Promise.resolve();
          if (performance.now() - turn < TURN) continue;
          await new Promise((resolve) => setImmediate(resolve));
        } else {
          await this.#frontEnd.epoll.waitLater(-1);
          if (this.#frontEnd.lost) throw new Error("the server has closed the connection");
          drainEventfd(this.#frontEnd.queues[0]!.callFd);
        }
        turn = performance.now();
      }
    } catch (error) {
      this.#error = error as Error;
      this.#closed = true;
    }
    this.#waiting = false;
    if (this.#closed) this.#end();
  }

  /** Takes the replies that are here, or come while it looks for them. False when it has to wait: interrupts are on then. */
  #take(): boolean {
    const { ring } = this.#frontEnd.queues[0]!;
    ring.refuseInterrupts();
    const until = this.#spin > 0 ? performance.now() + this.#spin / 1000 : 0;
    do {
      let done = ring.reap();
      if (!done) continue;
      for (; done; done = ring.reap()) this.#deliver(done.head, done.written);
      return true;
    } while (until > 0 && performance.now() < until);
    return ring.wantInterrupts();
  }

  #deliver(head: number, written: number): void {
    const slot = this.#pending.get(head)!;
    this.#pending.delete(head);
    const { bytes } = slot.reply;
    // A request that was flushed has no reply.
    if (written > 0) {
      const size = (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
      if (written > slot.room || written < HEADER_SIZE || size !== written)
        throw new DeviceError(`a reply of ${written} bytes that says ${size}, where ${slot.room} fit`);
      this.#events?.frame(bytes.subarray(0, written));
    }
    this.#free.push(slot);
    if (this.#free.length === this.#reserve + 1) this.#events?.writable();
  }

  #end(): void {
    this.#frontEnd.close();
    const events = this.#events;
    this.#events = undefined;
    events?.closed(this.#error);
  }
}
