import { EPOLLET, EPOLLIN, close, signalEventfd, type EventLoop } from "@ninep/linux";
import type { GuestMemory } from "../guest-memory.js";
import type { RingAddresses } from "../vhost-user-protocol.js";
import type { ChainHandler } from "./chain-handler.js";
import type { Chain } from "./chain.js";
import { Ring } from "./ring.js";

/** Chains served before others on the thread get their turn: a guest could add more for ever. */
const TURN = 256;

/** The features that matter to a ring. */
export interface RingFeatures {
  readonly eventIndex: boolean;
  readonly indirect: boolean;
}

/** Whom a queue belongs to. */
export interface QueueOwner {
  readonly loop: EventLoop;
  readonly handler: ChainHandler;
  /** The driver did what it must not; the queue has stopped. */
  broken(error: Error): void;
  /** A chain has been answered: others may be taken now. */
  answered(): void;
}

/** One virtqueue of a device: what the front end has said of it, and its ring once it runs. */
export class DeviceQueue {
  size = 0;
  base = 0;
  addresses: RingAddresses | undefined;
  enabled = false;
  readonly #owner: QueueOwner;
  #kickFd = -1;
  #callFd = -1;
  #errorFd = -1;
  #ring: Ring | undefined;
  #watched = false;
  /** No more chains are taken: the front end stops it, or the driver broke its rules and has to set it up anew. */
  #stopped = false;
  /** Called when the last chain has been given back. */
  #onIdle: (() => void) | undefined;

  constructor(owner: QueueOwner) {
    this.#owner = owner;
  }

  /** Whether everything is known that the ring needs. */
  get complete(): boolean {
    return this.size > 0 && this.addresses !== undefined && this.#kickFd >= 0;
  }

  /** Whether the ring has been started and not stopped. */
  get running(): boolean {
    return this.#ring !== undefined;
  }

  /** Starts the ring. @throws RingError when it is not where it could be */
  start(memory: GuestMemory, features: RingFeatures): void {
    const { size, base, addresses } = this;
    this.#ring = new Ring(memory, { size, base, addresses: addresses!, ...features });
    this.#stopped = false;
    this.#watch();
  }

  /** Takes no more chains, and calls `then` when those taken have been given back. */
  stop(then: () => void): void {
    const ring = this.#ring;
    if (!ring) {
      then();
      return;
    }
    this.#stopped = true;
    this.#unwatch();
    this.#onIdle = () => {
      this.#onIdle = undefined;
      this.#ring = undefined;
      this.base = ring.base;
      ring.close();
      then();
    };
    if (ring.held === 0) this.#onIdle();
  }

  /** The guest's memory has changed. @throws RingError when the ring is not in there */
  remap(memory: GuestMemory): void {
    this.#ring?.remap(memory);
  }

  /** Takes over the eventfd by which the driver says that chains are available; -1 for none. */
  setKick(fd: number): void {
    this.#unwatch();
    closeIfOpen(this.#kickFd);
    this.#kickFd = fd;
    if (this.#ring && !this.#stopped) this.#watch();
  }

  /** Takes over the eventfd by which the driver is interrupted; -1 for none. */
  setCall(fd: number): void {
    closeIfOpen(this.#callFd);
    this.#callFd = fd;
  }

  /** Takes over the eventfd by which the front end is told that the ring has stopped; -1 for none. */
  setError(fd: number): void {
    closeIfOpen(this.#errorFd);
    this.#errorFd = fd;
  }

  /** Serves what is available. True when there was something. */
  serve(): boolean {
    const ring = this.#ring;
    if (!ring || !this.enabled) return false;
    let served = 0;
    try {
      ring.refuseKicks();
      while (!this.#stopped && !this.#owner.handler.full) {
        if (served === TURN) {
          this.#owner.loop.soon(() => {
            this.serve();
          });
          break;
        }
        const chain = ring.take();
        if (!chain) break;
        served++;
        this.#handle(ring, chain);
      }
    } catch (error) {
      this.#break(error as Error);
    }
    this.#signal(ring);
    return served > 0;
  }

  /** Has the driver kick again when something becomes available. False when something has already. */
  wantKicks(): boolean {
    if (!this.#ring || !this.enabled || this.#stopped || this.#owner.handler.full) return true;
    return !this.#ring.wantKicks();
  }

  #handle(ring: Ring, chain: Chain): void {
    const { loop, handler } = this.#owner;
    let result: number | Promise<number>;
    try {
      result = handler.handle(chain.readable, chain.writable);
    } catch (error) {
      this.#giveBack(ring, chain, 0);
      throw error;
    }
    if (typeof result === "number") {
      ring.give(chain, result);
      return;
    }
    loop.hold();
    void result
      .catch((error: unknown) => {
        this.#break(error as Error);
        return 0;
      })
      .then((written) => {
        loop.letGo();
        this.#giveBack(ring, chain, written);
        this.#owner.answered();
      });
  }

  #giveBack(ring: Ring, chain: Chain, written: number): void {
    ring.give(chain, written);
    this.#signal(ring);
    if (ring.held === 0) this.#onIdle?.();
  }

  #signal(ring: Ring): void {
    if (ring.shouldSignal() && this.#callFd >= 0) signalEventfd(this.#callFd);
  }

  #break(error: Error): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#unwatch();
    if (this.#errorFd >= 0) signalEventfd(this.#errorFd);
    this.#owner.broken(error);
  }

  #watch(): void {
    const fd = this.#kickFd;
    if (fd < 0) return;
    this.#watched = true;
    // Told of each kick, not of the counter: so it need not be read, which saves a system call a request.
    this.#owner.loop.add(fd, EPOLLIN | EPOLLET, () => {
      this.serve();
    });
  }

  #unwatch(): void {
    if (this.#watched) this.#owner.loop.remove(this.#kickFd);
    this.#watched = false;
  }

  /** Closes the descriptors; only when it has stopped. */
  close(): void {
    this.setKick(-1);
    this.setCall(-1);
    this.setError(-1);
  }
}

function closeIfOpen(fd: number): void {
  if (fd >= 0) close(fd);
}
