import { EPOLLIN, close, type EventLoop, type Spinning } from "@ninep/linux";
import { VHOST_USER_F_PROTOCOL_FEATURES, VIRTIO_F_EVENT_IDX, VIRTIO_F_INDIRECT_DESC } from "../layout.js";
import {
  FLAG_REPLY,
  PROTOCOL_F_REPLY_ACK,
  ProtocolError,
  REQUEST,
  requestName,
} from "../vhost-user-protocol.js";
import { VhostUserSocket, u64, vringState, type VhostUserMessage } from "../vhost-user-socket.js";
import type { ChainHandler } from "./chain-handler.js";
import { DeviceMemory } from "./device-memory.js";
import { DeviceQueue, type QueueOwner } from "./device-queue.js";
import { serveRequest } from "./requests.js";
import { RingError } from "./ring.js";

/** What a device is, whoever asks. */
export interface DeviceDescription {
  /** Its configuration space (virtio 1.3, section 4; for 9P section 5.17's tag_len and tag). */
  readonly config: Uint8Array;
  /** Feature bits of its kind; those of rings and of vhost-user are added. */
  readonly features: bigint;
  /** Most virtqueues. */
  readonly queues: number;
}

/** What a device needs from its server. */
export interface DeviceOptions extends DeviceDescription {
  readonly createHandler: () => ChainHandler;
  /** Told once when the front end is dropped or a queue has stopped, and why. */
  readonly onTrouble: (what: string) => void;
  /** The front end is gone, and all that was its has been let go of. */
  readonly onClosed: () => void;
}

/** One front end: its messages, its memory and its queues. */
export class VhostUserDevice implements QueueOwner, Spinning {
  readonly loop: EventLoop;
  readonly options: DeviceOptions;
  readonly memory = new DeviceMemory();
  readonly queues: readonly DeviceQueue[];
  handler: ChainHandler;
  /** Feature bits that the front end has accepted. */
  features = 0n;
  protocolFeatures = 0n;
  /** The virtio device status, for who asks. */
  status = 0;
  readonly #socket: VhostUserSocket;
  #listening = false;
  #closed = false;

  /** Takes over a connected socket. */
  constructor(loop: EventLoop, fd: number, options: DeviceOptions) {
    this.loop = loop;
    this.options = options;
    this.handler = options.createHandler();
    this.queues = Array.from({ length: options.queues }, () => new DeviceQueue(this));
    this.#socket = new VhostUserSocket(fd);
    loop.addSpinning(this);
    this.#listen();
  }

  poll(): boolean {
    let found = false;
    for (const queue of this.queues) if (queue.serve()) found = true;
    return found;
  }

  beforeBlocking(): boolean {
    let ready = true;
    for (const queue of this.queues) if (!queue.wantKicks()) ready = false;
    return ready;
  }

  broken(error: Error): void {
    this.options.onTrouble(`a virtqueue has stopped: ${error.message}`);
  }

  answered(): void {
    if (!this.#closed) this.poll();
  }

  /** Starts a queue as soon as everything is known that it needs. @throws ProtocolError without memory */
  startIfComplete(queue: DeviceQueue): void {
    if (queue.running || !queue.complete) return;
    if (!this.memory.current) throw new ProtocolError("a ring before any memory");
    try {
      queue.start(this.memory.current, {
        eventIndex: (this.features & VIRTIO_F_EVENT_IDX) !== 0n,
        indirect: (this.features & VIRTIO_F_INDIRECT_DESC) !== 0n,
      });
    } catch (error) {
      if (error instanceof RingError) throw new ProtocolError(`a ring of which ${error.message}`);
      throw error;
    }
    queue.serve();
  }

  /** Has running queues find their rings in the memory as it is now. */
  remapQueues(): void {
    for (const queue of this.queues) queue.remap(this.memory.current!);
  }

  /** Whether the front end uses vhost-user's own features: queues are then off until they are enabled. */
  get queuesStartDisabled(): boolean {
    return (this.features & VHOST_USER_F_PROTOCOL_FEATURES) !== 0n;
  }

  /** Stops a queue, then answers with the index to go on from. No other message is looked at meanwhile. */
  stopQueue(index: number): void {
    const queue = this.queues[index]!;
    this.#deafen();
    queue.stop(() => {
      this.#answer(REQUEST.GET_VRING_BASE, vringState(index, queue.base));
    });
  }

  /** Forgets the driver's session, then says so. No other message is looked at meanwhile. */
  reset(needsReply: boolean): void {
    this.#deafen();
    this.loop.hold();
    void this.#stopAll().then(() => {
      this.loop.letGo();
      if (this.#closed) return;
      this.handler = this.options.createHandler();
      this.#answer(REQUEST.RESET_DEVICE, needsReply ? u64(0) : undefined);
    });
  }

  #answer(request: number, payload: Uint8Array | undefined): void {
    if (this.#closed) return;
    try {
      if (payload) this.#socket.send(request, FLAG_REPLY, payload);
      this.#listen();
    } catch (error) {
      this.drop((error as Error).message);
    }
  }

  #listen(): void {
    this.#listening = true;
    this.loop.add(this.#socket.fd, EPOLLIN, () => {
      this.#receive();
    });
  }

  #deafen(): void {
    if (this.#listening) this.loop.remove(this.#socket.fd);
    this.#listening = false;
  }

  #receive(): void {
    try {
      while (this.#listening) {
        const message = this.#socket.receive();
        if (!message) return;
        if (message === "closed") this.drop();
        else this.#serve(message);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.drop(error.message);
    }
  }

  #serve(message: VhostUserMessage): void {
    const { request, needsReply, fds } = message;
    try {
      const reply = serveRequest(this, message);
      if (reply === "later") return;
      if (reply) this.#socket.send(request, FLAG_REPLY, reply);
      else if (needsReply && this.protocolFeatures & PROTOCOL_F_REPLY_ACK)
        this.#socket.send(request, FLAG_REPLY, u64(0));
    } catch (error) {
      throw new ProtocolError(`${requestName(request)}: ${(error as Error).message}`, { cause: error });
    } finally {
      for (const fd of fds) close(fd);
    }
  }

  /** Ends it. `why` is for the log; undefined when the front end has left by itself. */
  drop(why?: string): void {
    if (this.#closed) return;
    this.#closed = true;
    if (why !== undefined) this.options.onTrouble(`front end dropped: ${why}`);
    this.#deafen();
    this.#socket.close();
    this.loop.removeSpinning(this);
    this.loop.hold();
    void this.#stopAll().then(() => {
      this.loop.letGo();
      for (const queue of this.queues) queue.close();
      this.memory.close();
      this.options.onClosed();
    });
  }

  async #stopAll(): Promise<void> {
    const stopped = this.queues.map(
      (queue) =>
        new Promise<void>((resolve) => {
          queue.stop(resolve);
        }),
    );
    await Promise.all([...stopped, this.handler.close()]);
  }
}
