import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signalEventfd } from "@ninep/linux";
import { writeDescriptor, type DriverRing } from "./driver/driver-ring.js";
import { FrontEnd } from "./driver/front-end.js";
import type { SharedMemory } from "./driver/shared-memory.js";
import { VIRTQ_DESC_F_INDIRECT, VIRTQ_DESC_F_NEXT, VIRTQ_DESC_F_WRITE } from "./layout.js";
import { DeviceProcess } from "./testing/device-process.js";
import { ECHO, EchoClient, THROW } from "./testing/echo-client.js";

const NEXT = VIRTQ_DESC_F_NEXT;
const WRITE = VIRTQ_DESC_F_WRITE;
const INDIRECT = VIRTQ_DESC_F_INDIRECT;

let device: DeviceProcess;
let bystander: FrontEnd;
let other: EchoClient;

beforeAll(async () => {
  device = new DeviceProcess();
  await device.ready;
  bystander = await FrontEnd.connect(device.socket);
  other = new EchoClient(bystander);
});
afterAll(() => {
  bystander.close();
  device.kill();
});

/** Another front end of the same device is served as if nothing had happened. */
async function othersGoOn(): Promise<void> {
  const bytes = Uint8Array.of(ECHO, 1, 2, 3);
  expect(await other.ask(bytes)).toEqual(bytes);
}

type Break = (ring: DriverRing, memory: SharedMemory) => void;

/** Puts descriptors at 0, 1, … and offers the first. */
const chain =
  (...list: readonly (readonly [address: number, length: number, flags: number, next?: number])[]): Break =>
  (ring) => {
    list.forEach(([address, length, flags, next = 0], i) => {
      writeDescriptor(ring.descriptors, i, address, length, flags, next);
    });
    ring.offer(0);
  };

/** Offers an indirect table with these descriptors. */
const table =
  (bytes: number, flags: number, ...list: readonly (readonly [number, number, number, number?])[]): Break =>
  (ring, memory) => {
    const block = memory.allocate(64 * 1024);
    const words = new Uint32Array(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length / 4);
    list.forEach(([address, length, each, next = 0], i) => {
      // A table inside itself.
      writeDescriptor(words, i, address === SELF ? block.address : address, length, each, next);
    });
    writeDescriptor(ring.descriptors, 0, block.address, bytes, INDIRECT | flags, 0);
    ring.offer(0);
  };

const SELF = -1;
const START = 2 ** 32;
const END = START + 16 * 1024 * 1024;

const cases: readonly (readonly [string, Break, RegExp])[] = [
  [
    "a head that there is not",
    (ring) => {
      ring.offer(128);
    },
    /descriptor 128 of 128/,
  ],
  ["more than the ring has", (ring) => Atomics.store(ring.available, 1, 1000), /1000 available entries/],
  ["memory that there is not", chain([4096, 16, 0]), /not the guest's memory/],
  ["memory before the first", chain([START - 8, 16, 0]), /not the guest's memory/],
  ["memory beyond the end", chain([END - 8, 16, 0]), /not the guest's memory/],
  ["4 GiB", chain([START, 0xffffffff, WRITE]), /not the guest's memory/],
  ["an address that wraps around", chain([2 ** 64 - 4096, 8192, 0]), /not the guest's memory/],
  ["no bytes", chain([START, 0, 0]), /no bytes/],
  ["a chain in a circle", chain([START, 16, NEXT, 1], [START, 16, NEXT, 0]), /does not end/],
  ["a descriptor after itself", chain([START, 16, NEXT, 0]), /does not end/],
  ["a next one that there is not", chain([START, 16, NEXT, 128]), /descriptor 128 of 128/],
  [
    "one to read behind one to write",
    chain([START, 16, WRITE | NEXT, 1], [START, 16, 0]),
    /behind one to write/,
  ],
  ["a table with a next one", table(16, NEXT, [START, 16, 0]), /indirect descriptor/],
  ["a table in a table", table(32, 0, [START, 16, NEXT, 1], [SELF, 32, INDIRECT]), /indirect descriptor/],
  ["a table of no bytes", table(0, 0), /indirect table of 0/],
  ["a table of half a descriptor", table(24, 0, [START, 16, 0]), /indirect table of 24/],
  ["a table of 4 GiB", table(0xfffffff0, 0), /indirect table of/],
  ["a table of 1,025 descriptors", table(1025 * 16, 0), /indirect table of 16400/],
  ["a table outside of memory", chain([END, 32, INDIRECT]), /indirect table at/],
  ["a circle in a table", table(32, 0, [START, 16, NEXT, 1], [START, 16, NEXT, 0]), /does not end/],
  ["a table whose chain leads out of it", table(32, 0, [START, 16, NEXT, 2]), /descriptor 2 of 2/],
  [
    "what the handler refuses",
    (ring, memory) => {
      const block = memory.allocate(16);
      block.bytes[0] = THROW;
      ring.add([{ address: block.address, length: 1 }], []);
    },
    /out of step/,
  ],
];

describe("a driver that breaks the rules of its ring stops it, with one line that says why", () => {
  test.each(cases)("%s", async (_, breakIt, why) => {
    const frontEnd = await FrontEnd.connect(device.socket);
    try {
      const { ring, kickFd, errorFd } = frontEnd.queues[0]!;
      device.trouble.length = 0;
      breakIt(ring, frontEnd.memory);
      signalEventfd(kickFd);
      for (let i = 0; i < 500 && device.trouble.length === 0; i++) await sleep(2);
      expect(device.trouble).toEqual([expect.stringMatching(why)]);
      expect(device.trouble[0]).toMatch(/^a virtqueue has stopped: /);
      await othersGoOn();
      // It stays still, until it is set up anew.
      signalEventfd(kickFd);
      await sleep(5);
      expect(device.trouble.length).toBe(1);
      expect(await frontEnd.stopQueue(0)).toBeGreaterThanOrEqual(0);
      expect(errorFd).toBeGreaterThan(0);
    } finally {
      frontEnd.close();
    }
  });
});

test("any rubbish in a ring stops it or is served, and others go on", async () => {
  const words = fc.uint32Array({ minLength: 4, maxLength: 64 });
  /** Numbers that lie near what is allowed. */
  const likely = fc.oneof(
    fc.constantFrom(
      0,
      1,
      2,
      4,
      16,
      127,
      128,
      4096,
      0xffff,
      0xffffffff,
      1 << 24,
      65536 | NEXT,
      65536 | WRITE | NEXT,
    ),
    fc.nat({ max: 0xffffffff }),
  );
  await fc.assert(
    fc.asyncProperty(
      words,
      fc.array(likely, { minLength: 8, maxLength: 64 }),
      fc.array(fc.nat({ max: 140 }), { minLength: 1, maxLength: 8 }),
      async (random, likelyWords, heads) => {
        const frontEnd = await FrontEnd.connect(device.socket, { memory: 1 << 20 });
        try {
          const { ring, kickFd } = frontEnd.queues[0]!;
          ring.descriptors.set(likelyWords);
          // High halves of addresses that are in memory half of the time.
          for (let i = 1; i < likelyWords.length; i += 8) ring.descriptors[i] = 1;
          ring.descriptors.set(random, 128);
          for (const head of heads) ring.offer(head);
          signalEventfd(kickFd);
          await othersGoOn();
          await frontEnd.stopQueue(0);
        } finally {
          frontEnd.close();
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(device.running).toBe(true);
});
