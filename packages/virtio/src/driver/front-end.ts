import {
  AF_UNIX,
  EPOLLIN,
  Epoll,
  close,
  connect,
  eventfd,
  setNonBlocking,
  signalEventfd,
  streamSocket,
  unixAddress,
} from "@ninep/linux";
import {
  VHOST_USER_F_PROTOCOL_FEATURES,
  VIRTIO_F_EVENT_IDX,
  VIRTIO_F_INDIRECT_DESC,
  VIRTIO_F_VERSION_1,
} from "../layout.js";
import {
  FLAG_NEED_REPLY,
  PROTOCOL_F_CONFIG,
  PROTOCOL_F_CONFIGURE_MEM_SLOTS,
  PROTOCOL_F_MQ,
  PROTOCOL_F_REPLY_ACK,
  ProtocolError,
  REGION_BYTES,
  REQUEST,
  requestName,
  writeRegion,
  type MemoryRegion,
} from "../vhost-user-protocol.js";
import { VhostUserSocket, u64, vringState } from "../vhost-user-socket.js";
import { DriverRing } from "./driver-ring.js";
import { SharedMemory } from "./shared-memory.js";

/** Config space asked for: more than any device of ours has (256 at most). */
const CONFIG_BYTES = 64;
const CONFIG_HEADER = 12;
/** Most descriptors of an indirect table, as Linux's 9P driver has them. */
const INDIRECT = 128;

export interface FrontEndOptions {
  /** Bytes of guest memory, rings included. Default 16 MiB. */
  readonly memory?: number;
  /** Virtqueues. Default 1. */
  readonly queues?: number;
  /** Descriptors of each, a power of two. Default 128. */
  readonly queueSize?: number;
  /** Features to do without, though the device offers them. Default none. */
  readonly without?: bigint;
  /** Milliseconds that an answer of the back end may take. Default 5000. */
  readonly timeout?: number;
}

/** One virtqueue, as its driver has it. */
export interface DriverQueue {
  readonly ring: DriverRing;
  /** Write to it when {@link DriverRing.shouldKick}. */
  readonly kickFd: number;
  /** The device's interrupts. */
  readonly callFd: number;
  readonly errorFd: number;
}

/**
 * A vhost-user front end with a driver and without a VM: guest memory that it
 * shares with the back end, and rings in it (QEMU's docs/interop/vhost-user.rst).
 * It is the fastest way to a device on the same machine, and how devices are
 * tested.
 */
export class FrontEnd {
  readonly memory: SharedMemory;
  readonly queues: readonly DriverQueue[];
  readonly socket: VhostUserSocket;
  /** Ready when the back end has sent something, has gone, or has interrupted. */
  readonly epoll = new Epoll(8);
  /** Feature bits in use. */
  readonly features: bigint;
  /** The device's configuration space, with zeros behind. */
  config = new Uint8Array(0);
  readonly #timeout: number;
  #protocolFeatures = 0n;
  #closed = false;

  private constructor(socket: VhostUserSocket, features: bigint, options: FrontEndOptions) {
    const { memory = 16 * 1024 * 1024, queues = 1, queueSize = 128, timeout = 5000 } = options;
    this.socket = socket;
    this.features = features;
    this.#timeout = timeout;
    this.memory = new SharedMemory(memory);
    this.queues = Array.from({ length: queues }, () => ({
      ring: new DriverRing(this.memory, {
        size: queueSize,
        eventIndex: (features & VIRTIO_F_EVENT_IDX) !== 0n,
        indirect: features & VIRTIO_F_INDIRECT_DESC ? INDIRECT : 0,
      }),
      kickFd: eventfd(),
      callFd: eventfd(),
      errorFd: eventfd(),
    }));
    this.epoll.add(socket.fd, EPOLLIN);
    for (const { callFd } of this.queues) this.epoll.add(callFd, EPOLLIN);
  }

  /**
   * Connects to a back end and has its device ready, in the order in which QEMU does.
   * @throws SystemError when nobody listens at `path`
   * @throws ProtocolError when the back end does not answer as it should
   */
  static async connect(path: string, options: FrontEndOptions = {}): Promise<FrontEnd> {
    const fd = streamSocket(AF_UNIX);
    try {
      connect(fd, unixAddress(path));
      setNonBlocking(fd);
    } catch (error) {
      close(fd);
      throw error;
    }
    const socket = new VhostUserSocket(fd);
    let frontEnd: FrontEnd | undefined;
    const epoll = new Epoll(1);
    try {
      epoll.add(fd, EPOLLIN);
      socket.send(REQUEST.GET_FEATURES, 0, new Uint8Array(0));
      const offered = await answerOf(socket, epoll, REQUEST.GET_FEATURES, options.timeout ?? 5000);
      const known =
        VIRTIO_F_VERSION_1 | VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX | VHOST_USER_F_PROTOCOL_FEATURES;
      // The low bits are the kind's own.
      const features = offered.getBigUint64(0, true) & (known | 0xffffffn) & ~(options.without ?? 0n);
      frontEnd = new FrontEnd(socket, features, options);
      await frontEnd.#negotiate();
      await frontEnd.shareMemory();
      for (let i = 0; i < frontEnd.queues.length; i++) await frontEnd.startQueue(i, 0);
      return frontEnd;
    } catch (error) {
      if (frontEnd) frontEnd.close();
      else socket.close();
      throw error;
    } finally {
      epoll.close();
    }
  }

  async #negotiate(): Promise<void> {
    if (this.features & VHOST_USER_F_PROTOCOL_FEATURES) {
      const offered = (await this.ask(REQUEST.GET_PROTOCOL_FEATURES)).getBigUint64(0, true);
      this.#protocolFeatures =
        offered & (PROTOCOL_F_MQ | PROTOCOL_F_REPLY_ACK | PROTOCOL_F_CONFIG | PROTOCOL_F_CONFIGURE_MEM_SLOTS);
      this.tell(REQUEST.SET_PROTOCOL_FEATURES, u64(this.#protocolFeatures));
    }
    this.tell(REQUEST.SET_OWNER);
    if (this.#protocolFeatures & PROTOCOL_F_MQ) {
      const most = Number((await this.ask(REQUEST.GET_QUEUE_NUM)).getBigUint64(0, true));
      if (this.queues.length > most)
        throw new ProtocolError(`the device has ${most} queues, not ${this.queues.length}`);
    }
    if (this.#protocolFeatures & PROTOCOL_F_CONFIG) {
      const request = new Uint8Array(CONFIG_HEADER + CONFIG_BYTES);
      new DataView(request.buffer).setUint32(4, CONFIG_BYTES, true);
      const answer = await this.ask(REQUEST.GET_CONFIG, request);
      this.config = new Uint8Array(answer.buffer, answer.byteOffset, answer.byteLength).slice(CONFIG_HEADER);
    }
    await this.tellAndHear(REQUEST.SET_FEATURES, u64(this.features));
  }

  /** Tells the back end of the guest's memory: region by region where it can, else as a table. */
  async shareMemory(memory: SharedMemory = this.memory): Promise<void> {
    if (this.#protocolFeatures & PROTOCOL_F_CONFIGURE_MEM_SLOTS) {
      await this.ask(REQUEST.GET_MAX_MEM_SLOTS);
      await this.tellAndHear(REQUEST.ADD_MEM_REG, slotPayload(memory.region), [memory.fd]);
    } else {
      await this.tellAndHear(REQUEST.SET_MEM_TABLE, tablePayload([memory.region]), [memory.fd]);
    }
  }

  /** Starts a stopped queue; `base` is the next available index. */
  async startQueue(index: number, base: number): Promise<void> {
    const { ring, kickFd, callFd, errorFd } = this.queues[index]!;
    this.tell(REQUEST.SET_VRING_NUM, vringState(index, ring.size));
    this.tell(REQUEST.SET_VRING_BASE, vringState(index, base));
    this.tell(REQUEST.SET_VRING_ADDR, addressPayload(index, ring));
    this.tell(REQUEST.SET_VRING_ERR, u64(index), [errorFd]);
    this.tell(REQUEST.SET_VRING_KICK, u64(index), [kickFd]);
    this.tell(REQUEST.SET_VRING_CALL, u64(index), [callFd]);
    await this.tellAndHear(REQUEST.SET_VRING_ENABLE, vringState(index, 1));
  }

  /** Stops a queue when the device has given back what it has, and returns the next available index. */
  async stopQueue(index: number): Promise<number> {
    this.tell(REQUEST.SET_VRING_ENABLE, vringState(index, 0));
    const answer = await this.ask(REQUEST.GET_VRING_BASE, vringState(index, 0));
    return answer.getUint32(4, true);
  }

  /** Kicks the device if it wants to hear of what was added to this queue. */
  kick(index = 0): void {
    const { ring, kickFd } = this.queues[index]!;
    if (ring.shouldKick()) signalEventfd(kickFd);
  }

  /** Sends any request, with no answer awaited. @throws ProtocolError when the back end does not listen */
  tell(request: number, payload: Uint8Array = new Uint8Array(0), fds: readonly number[] = []): void {
    this.socket.send(request, 0, payload, fds);
  }

  /** Sends a request and waits until the back end says that it is done, where it can say so. @throws ProtocolError */
  async tellAndHear(request: number, payload: Uint8Array, fds: readonly number[] = []): Promise<void> {
    const acknowledged = (this.#protocolFeatures & PROTOCOL_F_REPLY_ACK) !== 0n;
    this.socket.send(request, acknowledged ? FLAG_NEED_REPLY : 0, payload, fds);
    if (!acknowledged) return;
    const status = (await this.#answer(request)).getBigUint64(0, true);
    if (status !== 0n) throw new ProtocolError(`${requestName(request)} failed: ${status}`);
  }

  /** Sends a request that has an answer, and returns that. @throws ProtocolError */
  async ask(request: number, payload: Uint8Array = new Uint8Array(0)): Promise<DataView> {
    this.socket.send(request, 0, payload);
    return this.#answer(request);
  }

  #answer(request: number): Promise<DataView> {
    return answerOf(this.socket, this.epoll, request, this.#timeout);
  }

  /** True when the back end has gone, or has said something that nobody asked. */
  get lost(): boolean {
    try {
      return this.#closed || this.socket.receive() !== undefined;
    } catch {
      return true;
    }
  }

  /** Leaves, and gives the memory back: nothing of it may be touched any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.epoll.close();
    this.socket.close();
    for (const { kickFd, callFd, errorFd } of this.queues) {
      for (const fd of [kickFd, callFd, errorFd]) close(fd);
    }
    this.memory.close();
  }
}

/** The answer to a request. @throws ProtocolError when another one comes, or none in time */
async function answerOf(
  socket: VhostUserSocket,
  epoll: Epoll,
  request: number,
  timeout: number,
): Promise<DataView> {
  const end = performance.now() + timeout;
  for (;;) {
    const message = socket.receive();
    if (message === "closed") throw new ProtocolError(`the back end left at ${requestName(request)}`);
    if (message) {
      if (!message.isReply || message.request !== request)
        throw new ProtocolError(`${requestName(request)} was answered with ${requestName(message.request)}`);
      return message.payload;
    }
    const left = end - performance.now();
    if (left <= 0) throw new ProtocolError(`no answer to ${requestName(request)}`);
    await epoll.waitLater(Math.ceil(left));
  }
}

/** The payload of ADD_MEM_REG and REM_MEM_REG. */
export function slotPayload(region: MemoryRegion): Uint8Array {
  const payload = new Uint8Array(8 + REGION_BYTES);
  writeRegion(new DataView(payload.buffer), 8, region);
  return payload;
}

/** The payload of SET_MEM_TABLE. */
export function tablePayload(regions: readonly MemoryRegion[]): Uint8Array {
  const payload = new Uint8Array(8 + REGION_BYTES * regions.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, regions.length, true);
  regions.forEach((region, i) => {
    writeRegion(view, 8 + i * REGION_BYTES, region);
  });
  return payload;
}

/** The payload of SET_VRING_ADDR: index[4] flags[4] descriptors[8] used[8] available[8] log[8]. */
export function addressPayload(index: number, { addresses }: Pick<DriverRing, "addresses">): Uint8Array {
  const payload = new Uint8Array(40);
  const view = new DataView(payload.buffer);
  view.setUint32(0, index, true);
  view.setBigUint64(8, BigInt(addresses.descriptors), true);
  view.setBigUint64(16, BigInt(addresses.used), true);
  view.setBigUint64(24, BigInt(addresses.available), true);
  return payload;
}
