import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { close, eventfd } from "@ninep/linux";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FrontEnd, addressPayload, slotPayload, tablePayload } from "./driver/front-end.js";
import { DeviceProcess } from "./testing/device-process.js";
import { ECHO, EchoClient } from "./testing/echo-client.js";
import { REQUEST, VRING_NO_FD, type MemoryRegion } from "./vhost-user-protocol.js";
import { u64, vringState } from "./vhost-user-socket.js";

let device: DeviceProcess;
let bystander: FrontEnd;
let frontEnd: FrontEnd;
let spare: number;

beforeAll(async () => {
  device = new DeviceProcess();
  await device.ready;
  bystander = await FrontEnd.connect(device.socket);
  spare = eventfd();
});
afterAll(() => {
  close(spare);
  bystander.close();
  device.kill();
});
beforeEach(async () => {
  device.trouble.length = 0;
  frontEnd = await FrontEnd.connect(device.socket);
});
afterEach(() => {
  frontEnd.close();
});

let echo: EchoClient | undefined;

async function othersGoOn(): Promise<void> {
  const bytes = Uint8Array.of(ECHO, 1, 2, 3);
  expect(await (echo ??= new EchoClient(bystander)).ask(bytes)).toEqual(bytes);
}

const changed = (change: Partial<MemoryRegion>) => ({ ...frontEnd.memory.region, ...change });
const addresses = (change: Partial<ReturnType<typeof ringAddresses>>) =>
  addressPayload(0, { addresses: { ...ringAddresses(), ...change } });
const ringAddresses = () => frontEnd.queues[0]!.ring.addresses;
const NOTHING = new Uint8Array(0);

type Send = () => [request: number, payload: Uint8Array, fds?: number[]];

const cases: readonly (readonly [string, Send, RegExp])[] = [
  ["a request that nobody knows", () => [99, NOTHING], /request 99: not known/],
  ["a payload that is too short", () => [REQUEST.SET_FEATURES, new Uint8Array(4)], /4 bytes instead of 8/],
  ["a payload that is too long", () => [REQUEST.GET_FEATURES, u64(0)], /8 bytes instead of 0/],
  ["more than any message has", () => [REQUEST.GET_FEATURES, new Uint8Array(9000)], /with 9000 bytes/],
  ["features that were not offered", () => [REQUEST.SET_FEATURES, u64(1n << 26n)], /not offered/],
  ["protocol features that were not offered", () => [REQUEST.SET_PROTOCOL_FEATURES, u64(2n)], /not offered/],
  [
    "a descriptor that nobody wants",
    () => [REQUEST.GET_FEATURES, NOTHING, [spare]],
    /1 descriptors instead of 0/,
  ],
  ["nine descriptors", () => [REQUEST.GET_FEATURES, NOTHING, Array<number>(9).fill(spare)], /9 descriptors/],
  ["a kick without a descriptor", () => [REQUEST.SET_VRING_KICK, u64(0)], /0 descriptors instead of 1/],
  [
    "a descriptor that is said not to come",
    () => [REQUEST.SET_VRING_CALL, u64(VRING_NO_FD), [spare]],
    /1 descriptors instead of 0/,
  ],
  ["a ring that has to be polled", () => [REQUEST.SET_VRING_KICK, u64(VRING_NO_FD)], /without kicks/],
  ["a queue that there is not", () => [REQUEST.SET_VRING_ENABLE, vringState(200, 1)], /queue 200 of 4/],
  ["a state that there is not", () => [REQUEST.SET_VRING_ENABLE, vringState(0, 2)], /state 2/],
  ["a queue of no descriptors", () => [REQUEST.SET_VRING_NUM, vringState(1, 0)], /queue of 0/],
  ["a queue of three descriptors", () => [REQUEST.SET_VRING_NUM, vringState(1, 3)], /queue of 3/],
  ["a queue of 65536 descriptors", () => [REQUEST.SET_VRING_NUM, vringState(1, 65536)], /queue of 65536/],
  ["another size for a running ring", () => [REQUEST.SET_VRING_NUM, vringState(0, 64)], /is running/],
  ["another base for a running ring", () => [REQUEST.SET_VRING_BASE, vringState(0, 64)], /is running/],
  ["a base of 17 bits", () => [REQUEST.SET_VRING_BASE, vringState(1, 65536)], /index 65536/],
  ["another place for a running ring", () => [REQUEST.SET_VRING_ADDR, addresses({})], /is running/],
  [
    "an address of 64 bits",
    () => [REQUEST.SET_VRING_ADDR, new Uint8Array(40).fill(255, 8)],
    /0xffffffffffffffff/,
  ],
  [
    "a table of nine regions",
    () => [REQUEST.SET_MEM_TABLE, tablePayload(Array.from({ length: 9 }, () => changed({})))],
    /9 regions/,
  ],
  [
    "a table without descriptors",
    () => [REQUEST.SET_MEM_TABLE, tablePayload([changed({})])],
    /0 descriptors for 1/,
  ],
  ["no memory at all", () => [REQUEST.SET_MEM_TABLE, tablePayload([])], /outside the guest's memory/],
  [
    "two regions in one place",
    () => [REQUEST.ADD_MEM_REG, slotPayload(changed({})), [frontEnd.memory.fd]],
    /two memory regions/,
  ],
  [
    "a region beyond its file",
    () => [
      REQUEST.ADD_MEM_REG,
      slotPayload(changed({ guestAddress: 0, size: 2 ** 30 })),
      [frontEnd.memory.fd],
    ],
    /beyond the end of its file/,
  ],
  [
    "a region that is not made of pages",
    () => [
      REQUEST.ADD_MEM_REG,
      slotPayload(changed({ guestAddress: 100, size: 4096 })),
      [frontEnd.memory.fd],
    ],
    /not made of pages/,
  ],
  [
    "a region of no bytes",
    () => [REQUEST.ADD_MEM_REG, slotPayload(changed({ guestAddress: 0, size: 0 })), [frontEnd.memory.fd]],
    /region of 0 bytes/,
  ],
  [
    "a region that wraps around",
    () => [
      REQUEST.ADD_MEM_REG,
      slotPayload(changed({ guestAddress: 2 ** 53 - 4096, size: 8192 })),
      [frontEnd.memory.fd],
    ],
    /wraps around/,
  ],
  [
    "a region of what is no memory",
    () => [REQUEST.ADD_MEM_REG, slotPayload(changed({ guestAddress: 0, size: 4096 })), [spare]],
    /beyond the end of its file/,
  ],
  [
    "a region to remove that there is not",
    () => [REQUEST.REM_MEM_REG, slotPayload(changed({ size: 4096 }))],
    /no memory region/,
  ],
  [
    "the removal of what a ring is in",
    () => [REQUEST.REM_MEM_REG, slotPayload(changed({}))],
    /outside the guest's memory/,
  ],
  ["configuration beyond its end", () => [REQUEST.GET_CONFIG, configRequest(250, 20)], /20 bytes at 250/],
  [
    "configuration of 4 GiB",
    () => [REQUEST.GET_CONFIG, configRequest(0, 0xffffffff)],
    /4294967295 bytes at 0/,
  ],
  ["a change of the configuration", () => [REQUEST.SET_CONFIG, configRequest(0, 2)], /cannot be written/],
];

function configRequest(offset: number, size: number): Uint8Array {
  const payload = new Uint8Array(12 + Math.min(size, 64));
  const view = new DataView(payload.buffer);
  view.setUint32(0, offset, true);
  view.setUint32(4, size, true);
  return payload;
}

async function dropped(): Promise<void> {
  for (let i = 0; i < 500 && !frontEnd.lost; i++) await sleep(2);
  expect(frontEnd.lost).toBe(true);
  for (let i = 0; i < 500 && device.trouble.length === 0; i++) await sleep(2);
}

describe("a front end that breaks the rules is dropped, with one line that says why", () => {
  test.each(cases)("%s", async (_, send, why) => {
    frontEnd.tell(...send());
    await dropped();
    expect(device.trouble).toEqual([expect.stringMatching(why)]);
    expect(device.trouble[0]).toMatch(/^front end dropped: /);
    await othersGoOn();
  });

  test.each([
    ["descriptors", 8],
    ["available", 1],
    ["used", 2],
  ] as const)("a ring whose %s are not aligned, or outside of memory", async (part, off) => {
    for (const [address, why] of [
      [ringAddresses()[part] + off, /not aligned/],
      [4096, /outside the guest's memory/],
    ] as const) {
      await frontEnd.stopQueue(0);
      frontEnd.tell(REQUEST.SET_VRING_ADDR, addresses({ [part]: address }));
      await dropped();
      expect(device.trouble).toEqual([expect.stringMatching(why)]);
      frontEnd.close();
      device.trouble.length = 0;
      frontEnd = await FrontEnd.connect(device.socket);
    }
    await othersGoOn();
  });
});

test("whatever is sent, others are served, and nothing is kept", { timeout: 120_000 }, async () => {
  await othersGoOn();
  const { descriptors } = device;
  const requests = Object.values(REQUEST);
  const message = fc.record({
    request: fc.oneof(fc.constantFrom(...requests), fc.nat({ max: 60 })),
    payload: fc.oneof(
      fc.constantFrom(NOTHING, u64(0), u64(1), vringState(0, 1), vringState(1, 128), new Uint8Array(40)),
      fc.uint8Array({ maxLength: 300 }),
    ),
    fds: fc.nat({ max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
      const hostile = await FrontEnd.connect(device.socket, { memory: 1 << 20 });
      try {
        for (const { request, payload, fds } of messages)
          hostile.tell(request, payload, Array<number>(fds).fill(hostile.memory.fd));
      } catch {
        // It has been dropped meanwhile.
      } finally {
        hostile.close();
      }
      await othersGoOn();
    }),
    { numRuns: 200 },
  );
  for (let i = 0; i < 200 && (device.descriptors > descriptors + 4 || device.mapped > 1); i++)
    await sleep(20);
  expect(device.descriptors).toBeLessThanOrEqual(descriptors + 4);
  expect(device.mapped).toBeLessThanOrEqual(2);
});
