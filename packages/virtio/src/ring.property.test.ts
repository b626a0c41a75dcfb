import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { Ring } from "./device/ring.js";
import { DriverRing } from "./driver/driver-ring.js";
import { SharedMemory } from "./driver/shared-memory.js";
import { GuestMemory, MappedRegion } from "./guest-memory.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Both sides of a virtqueue over the same memory. */
function queue(options: { size: number; eventIndex: boolean; indirect: number; base?: number }) {
  const shared = new SharedMemory(8 * 1024 * 1024);
  const region = new MappedRegion(shared.region, shared.fd);
  const memory = new GuestMemory([region]);
  const driver = new DriverRing(shared, options);
  const device = new Ring(memory, {
    size: options.size,
    addresses: driver.addresses,
    eventIndex: options.eventIndex,
    indirect: options.indirect > 0,
    base: options.base ?? 0,
  });
  closing.push(() => {
    device.close();
    memory.release();
    region.release();
    shared.close();
  });
  return { shared, memory, driver, device };
}

const requests = fc.array(
  fc.record({
    readable: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
    writable: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 0, maxLength: 6 }),
    /** How many chains the device takes, and gives back in which order, before the next one. */
    take: fc.integer({ min: 0, max: 4 }),
    newestFirst: fc.boolean(),
  }),
  { minLength: 1, maxLength: 300 },
);

describe.each([
  { size: 1, eventIndex: true, indirect: 128 },
  { size: 4, eventIndex: true, indirect: 16 },
  { size: 4, eventIndex: false, indirect: 16 },
  { size: 16, eventIndex: true, indirect: 0 },
  { size: 16, eventIndex: false, indirect: 0 },
  { size: 128, eventIndex: true, indirect: 4 },
])("a virtqueue: %o", (options) => {
  test("carries every chain once, whole, in whatever order it is given back", () => {
    fc.assert(
      fc.property(requests, (work) => {
        const { shared, driver, device } = queue(options);
        const inside: { chain: NonNullable<ReturnType<Ring["take"]>>; seed: number }[] = [];
        const waiting = new Map<number, { seed: number; room: Uint8Array[]; size: number }>();
        let sent = 0;
        let done = 0;
        const area = shared.allocate(4 * 1024 * 1024);
        let at = 0;
        const segment = (length: number) => {
          // Gaps, so that neighbours are not one piece by accident.
          const start = (at += 7);
          at = (start + length) % (area.bytes.length - 1000);
          return { address: area.address + start, length, bytes: area.bytes.subarray(start, start + length) };
        };
        const drain = (most: number, newestFirst: boolean) => {
          for (let i = 0; i < most; i++) {
            const chain = device.take();
            if (!chain) break;
            inside.push({ chain, seed: chain.readable[0]![0]! });
          }
          for (const { chain, seed } of newestFirst ? inside.splice(0).reverse() : inside.splice(0, most)) {
            let size = 0;
            for (const piece of chain.readable) for (const byte of piece) expect(byte).toBe(seed);
            for (const piece of chain.writable) {
              piece.fill(seed ^ 0xff);
              size += piece.length;
            }
            device.give(chain, size);
          }
          for (let end = driver.reap(); end; end = driver.reap()) {
            const { seed, room, size } = waiting.get(end.head)!;
            waiting.delete(end.head);
            expect(end.written).toBe(size);
            for (const bytes of room) for (const byte of bytes) expect(byte).toBe(seed ^ 0xff);
            done++;
          }
        };
        for (const { readable, writable, take, newestFirst } of work) {
          while (!driver.hasRoomFor(readable.length + writable.length)) {
            if (driver.pending === 0) break;
            drain(1, newestFirst);
          }
          if (!driver.hasRoomFor(readable.length + writable.length)) continue;
          const seed = sent++ & 0xff;
          const from = readable.map(segment);
          for (const { bytes } of from) bytes.fill(seed);
          const to = writable.map(segment);
          const head = driver.add(from, to);
          const size = writable.reduce((sum, length) => sum + length, 0);
          waiting.set(head, { seed, room: to.map(({ bytes }) => bytes), size });
          drain(take, newestFirst);
        }
        while (driver.pending > 0) drain(driver.pending, false);
        expect(done).toBe(sent);
        expect(device.held).toBe(0);
        expect(device.take()).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  test("wakes whoever sleeps, on either side, whenever it sleeps", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("add", "serve", "reap"), { maxLength: 400 }), (steps) => {
        const { shared, driver, device } = queue(options);
        const area = shared.allocate(64);
        // Each sleeps at first, having said so.
        let kicked = !device.wantKicks() ? false : true;
        let interrupted = driver.wantInterrupts();
        for (const step of steps) {
          if (step === "add") {
            if (!driver.hasRoomFor(1)) continue;
            driver.add([{ address: area.address, length: 1 }], []);
            if (driver.shouldKick()) kicked = true;
          } else if (step === "serve" && kicked) {
            kicked = false;
            do {
              device.refuseKicks();
              for (let chain = device.take(); chain; chain = device.take()) device.give(chain, 0);
              if (device.shouldSignal()) interrupted = true;
            } while (device.wantKicks());
          } else if (step === "reap" && interrupted) {
            interrupted = false;
            do {
              driver.refuseInterrupts();
              while (driver.reap());
            } while (driver.wantInterrupts());
          }
          // Nobody sleeps over work: what is available was kicked for, what is used was interrupted for.
          if (!kicked) expect(device.take()).toBeUndefined();
          if (!interrupted) expect(driver.reap()).toBeUndefined();
        }
      }),
      { numRuns: 100 },
    );
  });
});

test("indices wrap around", () => {
  const { shared, driver, device } = queue({ size: 4, eventIndex: true, indirect: 0 });
  const area = shared.allocate(16);
  for (let i = 0; i < 70_000; i++) {
    driver.add([{ address: area.address, length: 8 }], [{ address: area.address + 8, length: 8 }]);
    expect(driver.shouldKick() || i > 0).toBe(true);
    const chain = device.take()!;
    expect(chain.readable[0]!.length).toBe(8);
    device.give(chain, i & 7);
    expect(driver.reap()!.written).toBe(i & 7);
  }
  expect(device.base).toBe(70_000 & 0xffff);
});
