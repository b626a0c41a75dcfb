import {
  MAX_QUEUE_SIZE,
  VHOST_USER_F_PROTOCOL_FEATURES,
  VIRTIO_F_EVENT_IDX,
  VIRTIO_F_INDIRECT_DESC,
  VIRTIO_F_VERSION_1,
} from "../layout.js";
import {
  PROTOCOL_F_CONFIG,
  PROTOCOL_F_CONFIGURE_MEM_SLOTS,
  PROTOCOL_F_MQ,
  PROTOCOL_F_REPLY_ACK,
  PROTOCOL_F_RESET_DEVICE,
  PROTOCOL_F_STATUS,
  ProtocolError,
  REGION_BYTES,
  REQUEST,
  VRING_INDEX_MASK,
  VRING_NO_FD,
  exact,
  readRegion,
} from "../vhost-user-protocol.js";
import { u64, type VhostUserMessage } from "../vhost-user-socket.js";
import { MAX_MEMORY_SLOTS } from "./device-memory.js";
import type { DeviceQueue } from "./device-queue.js";
import type { VhostUserDevice } from "./vhost-user-device.js";

/** Every front end may rely on these. */
const FEATURES =
  VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX | VHOST_USER_F_PROTOCOL_FEATURES | VIRTIO_F_VERSION_1;
const PROTOCOL_FEATURES =
  PROTOCOL_F_MQ |
  PROTOCOL_F_REPLY_ACK |
  PROTOCOL_F_CONFIG |
  PROTOCOL_F_RESET_DEVICE |
  PROTOCOL_F_CONFIGURE_MEM_SLOTS |
  PROTOCOL_F_STATUS;
/** Regions of one table: as many descriptors fit into a message (VHOST_MEMORY_BASELINE_NREGIONS). */
const MAX_TABLE_REGIONS = 8;
/** struct vhost_user_config: offset[4] size[4] flags[4], then the bytes, 256 at most. */
const CONFIG_HEADER = 12;
const MAX_CONFIG = 256;

/** The reply's payload; undefined when there is none; "later" when the device answers by itself. */
type Answer = Uint8Array | "later" | undefined;

/** How to serve one kind of request. */
interface Route {
  /** Bytes of its payload; undefined when it says itself. */
  readonly bytes: number | undefined;
  /** Descriptors that come along; undefined when it says itself. Whoever keeps one takes it out of the message. */
  readonly fds: number | undefined;
  readonly serve: (device: VhostUserDevice, message: VhostUserMessage) => Answer;
}

const routes = new Map<number, Route>();

/** Does what a front end asks for. @throws ProtocolError for what cannot be */
export function serveRequest(device: VhostUserDevice, message: VhostUserMessage): Answer {
  const { request, payload, fds } = message;
  const route = routes.get(request);
  if (!route) throw new ProtocolError("not known here");
  if (route.bytes !== undefined && payload.byteLength !== route.bytes)
    throw new ProtocolError(`${payload.byteLength} bytes instead of ${route.bytes}`);
  if (route.fds !== undefined && fds.length !== route.fds)
    throw new ProtocolError(`${fds.length} descriptors instead of ${route.fds}`);
  return route.serve(device, message);
}

on("GET_FEATURES", 0, 0, (device) => u64(FEATURES | device.options.features));
on("SET_FEATURES", 8, 0, (device, { payload }) => {
  device.features = subset(payload, FEATURES | device.options.features);
  for (const queue of device.queues) if (!device.queuesStartDisabled) queue.enabled = true;
});
on("GET_PROTOCOL_FEATURES", 0, 0, () => u64(PROTOCOL_FEATURES));
on("SET_PROTOCOL_FEATURES", 8, 0, (device, { payload }) => {
  device.protocolFeatures = subset(payload, PROTOCOL_FEATURES);
});
on("SET_OWNER", 0, 0, () => undefined);
on("RESET_OWNER", 0, 0, () => undefined);
on("GET_QUEUE_NUM", 0, 0, (device) => u64(device.queues.length));
on("RESET_DEVICE", 0, 0, (device, { needsReply }) => {
  device.reset(needsReply);
  return "later";
});
on("SET_STATUS", 8, 0, (device, { payload }) => {
  device.status = Number(payload.getBigUint64(0, true) & 0xffn);
});
on("GET_STATUS", 0, 0, (device) => u64(device.status));

on("GET_CONFIG", undefined, 0, (device, { payload }) => {
  const [offset, size] = configRange(payload);
  const reply = new Uint8Array(CONFIG_HEADER + size);
  reply.set(new Uint8Array(payload.buffer, payload.byteOffset, CONFIG_HEADER));
  // Whoever thinks it longer than it is sees zeros.
  reply.set(device.options.config.subarray(offset, offset + size), CONFIG_HEADER);
  return reply;
});
on("SET_CONFIG", undefined, 0, () => {
  throw new ProtocolError("the configuration cannot be written");
});

on("SET_MEM_TABLE", undefined, undefined, (device, { payload, fds }) => {
  const count = payload.byteLength >= 8 ? payload.getUint32(0, true) : 0;
  if (count > MAX_TABLE_REGIONS || payload.byteLength !== 8 + count * REGION_BYTES)
    throw new ProtocolError(`${payload.byteLength} bytes for ${count} regions`);
  if (fds.length !== count) throw new ProtocolError(`${fds.length} descriptors for ${count} regions`);
  const regions = Array.from({ length: count }, (_, i) => readRegion(payload, 8 + i * REGION_BYTES));
  device.memory.setTable(regions, fds);
  device.remapQueues();
});
on("GET_MAX_MEM_SLOTS", 0, 0, () => u64(MAX_MEMORY_SLOTS));
on("ADD_MEM_REG", 8 + REGION_BYTES, 1, (device, { payload, fds }) => {
  device.memory.add(readRegion(payload, 8), fds[0]!);
  device.remapQueues();
});
// Some front ends send the region's descriptor once more.
on("REM_MEM_REG", 8 + REGION_BYTES, undefined, (device, { payload }) => {
  device.memory.remove(readRegion(payload, 8));
  device.remapQueues();
});

on("SET_VRING_NUM", 8, 0, (device, message) => {
  const [queue, size] = queueState(device, message);
  if (size < 1 || size > MAX_QUEUE_SIZE || (size & (size - 1)) !== 0)
    throw new ProtocolError(`a queue of ${size} descriptors`);
  checkStopped(queue);
  queue.size = size;
});
on("SET_VRING_BASE", 8, 0, (device, message) => {
  const [queue, base] = queueState(device, message);
  if (base > 0xffff) throw new ProtocolError(`index ${base}`);
  checkStopped(queue);
  queue.base = base;
});
on("SET_VRING_ADDR", 40, 0, (device, { payload }) => {
  const queue = queueAt(device, payload.getUint32(0, true));
  const address = (at: number) => exact(payload.getBigUint64(at, true), "an address of");
  const addresses = { descriptors: address(8), used: address(16), available: address(24) };
  checkStopped(queue);
  queue.addresses = addresses;
  device.startIfComplete(queue);
});
on("GET_VRING_BASE", 8, 0, (device, message) => {
  queueState(device, message);
  device.stopQueue(message.payload.getUint32(0, true));
  return "later";
});
on("SET_VRING_KICK", 8, undefined, (device, message) => {
  const [queue, fd] = queueDescriptor(device, message);
  if (fd < 0) throw new ProtocolError("a ring without kicks would have to be looked at all the time");
  queue.setKick(fd);
  device.startIfComplete(queue);
});
on("SET_VRING_CALL", 8, undefined, (device, message) => {
  const [queue, fd] = queueDescriptor(device, message);
  queue.setCall(fd);
});
on("SET_VRING_ERR", 8, undefined, (device, message) => {
  const [queue, fd] = queueDescriptor(device, message);
  queue.setError(fd);
});
on("SET_VRING_ENABLE", 8, 0, (device, message) => {
  const [queue, on] = queueState(device, message);
  if (on > 1) throw new ProtocolError(`state ${on}`);
  queue.enabled = on === 1;
  queue.serve();
});

function on(
  name: keyof typeof REQUEST,
  bytes: number | undefined,
  fds: number | undefined,
  serve: (device: VhostUserDevice, message: VhostUserMessage) => Answer,
): void {
  routes.set(REQUEST[name], { bytes, fds, serve });
}

function subset(payload: DataView, offered: bigint): bigint {
  const wanted = payload.getBigUint64(0, true);
  if (wanted & ~offered) throw new ProtocolError(`0x${wanted.toString(16)}, some of which was not offered`);
  return wanted;
}

function configRange(payload: DataView): [offset: number, size: number] {
  if (payload.byteLength < CONFIG_HEADER) throw new ProtocolError(`${payload.byteLength} bytes`);
  const offset = payload.getUint32(0, true);
  const size = payload.getUint32(4, true);
  if (offset + size > MAX_CONFIG || payload.byteLength !== CONFIG_HEADER + size)
    throw new ProtocolError(`${size} bytes at ${offset}`);
  return [offset, size];
}

function queueAt(device: VhostUserDevice, index: number): DeviceQueue {
  const queue = device.queues[index];
  if (!queue) throw new ProtocolError(`queue ${index} of ${device.queues.length}`);
  return queue;
}

function queueState(device: VhostUserDevice, { payload }: VhostUserMessage): [DeviceQueue, number] {
  return [queueAt(device, payload.getUint32(0, true)), payload.getUint32(4, true)];
}

/** The queue that a descriptor is for, and the descriptor, taken out of the message; -1 for none. */
function queueDescriptor(device: VhostUserDevice, { payload, fds }: VhostUserMessage): [DeviceQueue, number] {
  const value = payload.getBigUint64(0, true);
  const queue = queueAt(device, Number(value & VRING_INDEX_MASK));
  const expected = value & VRING_NO_FD ? 0 : 1;
  if (fds.length !== expected) throw new ProtocolError(`${fds.length} descriptors instead of ${expected}`);
  return [queue, fds.pop() ?? -1];
}

function checkStopped(queue: DeviceQueue): void {
  if (queue.running) throw new ProtocolError("the ring is running");
}
