import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FrontEnd, slotPayload, tablePayload } from "./driver/front-end.js";
import { SharedMemory } from "./driver/shared-memory.js";
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_INDIRECT_DESC } from "./layout.js";
import { DeviceProcess } from "./testing/device-process.js";
import { CLOSED, ECHO, EchoClient, LATER } from "./testing/echo-client.js";
import { REQUEST } from "./vhost-user-protocol.js";

let device: DeviceProcess;
const frontEnds: FrontEnd[] = [];

beforeEach(async () => {
  device = new DeviceProcess();
  await device.ready;
});
afterEach(() => {
  for (const frontEnd of frontEnds.splice(0)) frontEnd.close();
  device.kill();
});

async function connect(...[options]: [Parameters<typeof FrontEnd.connect>[1]?]): Promise<FrontEnd> {
  const frontEnd = await FrontEnd.connect(device.socket, options);
  frontEnds.push(frontEnd);
  return frontEnd;
}

const message = (type: number, size = 300) =>
  Uint8Array.from({ length: size }, (_, i) => (i === 0 ? type : i));

describe.each([
  ["with all features", 0n],
  ["without event indices", VIRTIO_F_EVENT_IDX],
  ["without indirect tables", VIRTIO_F_INDIRECT_DESC],
  ["without either", VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC],
])("%s", (_, without) => {
  test("echoes whatever the pieces", async () => {
    const client = new EchoClient(await connect({ without }));
    for (let round = 0; round < 100; round++) {
      const bytes = message(ECHO, 1 + round * 3);
      // Up to 60 pieces each way: a ring has room for 128.
      expect(await client.ask(bytes, 0, Math.ceil(bytes.length / (1 + (round % 60))))).toEqual(bytes);
    }
    expect(device.trouble).toEqual([]);
  });

  test("stops, starts again and goes on", async () => {
    const frontEnd = await connect({ without, queueSize: 4 });
    const client = new EchoClient(frontEnd);
    for (let round = 0; round < 10; round++) {
      expect(await client.ask(message(ECHO))).toEqual(message(ECHO));
      const base = await frontEnd.stopQueue(0);
      expect(base).toBe(round + 1);
      await frontEnd.startQueue(0, base);
    }
  });
});

test("shows its configuration", async () => {
  const { config } = await connect();
  expect([...config.subarray(0, 6)]).toEqual([3, 0, 97, 98, 99, 0]);
});

test("serves several queues and front ends", async () => {
  const clients = await Promise.all([1, 2, 3].map(async () => new EchoClient(await connect({ queues: 4 }))));
  for (const client of clients)
    for (const queue of [3, 1, 0, 2]) expect(await client.ask(message(ECHO), queue)).toEqual(message(ECHO));
  await expect(connect({ queues: 5 })).rejects.toThrow("the device has 4 queues, not 5");
});

test("answers later, out of order, and takes no more than it can", async () => {
  const frontEnd = await connect({ queues: 2 });
  const { ring } = frontEnd.queues[0]!;
  const request = frontEnd.memory.allocate(64);
  const replies = Array.from({ length: 20 }, () => frontEnd.memory.allocate(64));
  const heads = replies.map(({ address }, i) => {
    const bytes = frontEnd.memory.allocate(2);
    bytes.bytes.set([LATER, i]);
    return ring.add([{ address: bytes.address, length: 2 }], [{ address, length: 64 }]);
  });
  request.bytes[0] = ECHO;
  frontEnd.kick();
  // The other queue is served by the same handler, which is full with eight.
  const client = new EchoClient(frontEnd);
  for (let i = 0; i < 20; i++) expect(await client.completion()).toBe(2);
  expect(new Set(heads).size).toBe(20);
  replies.forEach(({ bytes }, i) => {
    expect([...bytes.subarray(0, 2)]).toEqual([LATER, i]);
  });
});

test("waits with the answer to a stop until all is given back", async () => {
  const frontEnd = await connect();
  const { ring } = frontEnd.queues[0]!;
  const block = frontEnd.memory.allocate(64);
  block.bytes[0] = LATER;
  for (let i = 0; i < 5; i++)
    ring.add([{ address: block.address, length: 1 }], [{ address: block.address + 8, length: 8 }]);
  frontEnd.kick();
  await sleep(10);
  expect(await frontEnd.stopQueue(0)).toBe(5);
  for (let i = 0; i < 5; i++) expect(ring.reap()).toBeDefined();
});

test("finds its ring again when the memory is somewhere else", async () => {
  const frontEnd = await connect();
  const client = new EchoClient(frontEnd);
  const other = new SharedMemory(1 << 20, 2 ** 40);
  const { region } = frontEnd.memory;
  for (let round = 0; round < 5; round++) {
    expect(await client.ask(message(ECHO))).toEqual(message(ECHO));
    await frontEnd.tellAndHear(REQUEST.ADD_MEM_REG, slotPayload(other.region), [other.fd]);
    expect(await client.ask(message(ECHO))).toEqual(message(ECHO));
    await frontEnd.tellAndHear(REQUEST.REM_MEM_REG, slotPayload(other.region));
    // The same memory, mapped anew by the device.
    const table = tablePayload([region]);
    await frontEnd.tellAndHear(REQUEST.SET_MEM_TABLE, table, [frontEnd.memory.fd]);
  }
  expect(device.mapped).toBe(1);
  other.close();
  expect(device.trouble).toEqual([]);
});

test("keeps memory mapped that a late answer goes to", async () => {
  const frontEnd = await connect();
  const client = new EchoClient(frontEnd);
  const { ring } = frontEnd.queues[0]!;
  const block = frontEnd.memory.allocate(64);
  block.bytes[0] = LATER;
  ring.add([{ address: block.address, length: 1 }], [{ address: block.address + 8, length: 8 }]);
  frontEnd.kick();
  await sleep(5);
  const table = tablePayload([frontEnd.memory.region]);
  await frontEnd.tellAndHear(REQUEST.SET_MEM_TABLE, table, [frontEnd.memory.fd]);
  expect(await client.completion()).toBe(1);
  await sleep(5);
  expect(device.mapped).toBe(1);
});

test("forgets the session on RESET_DEVICE", async () => {
  const frontEnd = await connect();
  const client = new EchoClient(frontEnd);
  expect([...(await client.ask(Uint8Array.of(CLOSED)))]).toEqual([0]);
  await frontEnd.tellAndHear(REQUEST.RESET_DEVICE, new Uint8Array(0));
  await frontEnd.startQueue(0, 1);
  expect([...(await client.ask(Uint8Array.of(CLOSED)))]).toEqual([1]);
});

test("lets go of all when a front end leaves, also with requests under way", async () => {
  await new EchoClient(await connect()).ask(message(ECHO));
  const { descriptors } = device;
  for (let round = 0; round < 20; round++) {
    const frontEnd = await FrontEnd.connect(device.socket);
    const block = frontEnd.memory.allocate(64);
    block.bytes[0] = round % 2 ? LATER : ECHO;
    frontEnd.queues[0]!.ring.add([{ address: block.address, length: 1 }], []);
    frontEnd.kick();
    frontEnd.close();
  }
  for (let i = 0; i < 100 && device.descriptors > descriptors; i++) await sleep(20);
  // Waiting on libuv's pool has opened a few for good.
  expect(device.descriptors).toBeLessThanOrEqual(descriptors + 4);
  expect(device.mapped).toBe(1);
  expect(device.trouble).toEqual([]);
});

test("works with both sides spinning", async () => {
  const spinning = new DeviceProcess(200);
  await spinning.ready;
  try {
    const frontEnd = await FrontEnd.connect(spinning.socket);
    const { ring } = frontEnd.queues[0]!;
    const block = frontEnd.memory.allocate(64);
    block.bytes[0] = ECHO;
    for (let round = 0; round < 20_000; round++) {
      ring.add([{ address: block.address, length: 8 }], [{ address: block.address + 8, length: 8 }]);
      frontEnd.kick();
      let done = ring.reap();
      while (!done) done = ring.reap();
      expect(done.written).toBe(8);
    }
    frontEnd.close();
  } finally {
    spinning.kill();
  }
});
