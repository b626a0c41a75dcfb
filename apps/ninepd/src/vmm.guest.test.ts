import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GuestError, guestSupport } from "@ninep/guest";
import { describe, expect, test } from "vitest";
import { runGuestScript } from "./testing/guest-script.js";
import { withShare } from "./testing/linux-client.js";
import { NinepdProcess } from "./testing/ninepd-process.js";

const support = await guestSupport();
const TIMEOUT = 600_000;
const MOUNT = { TRANSPORT: "trans=virtio,msize=512000", CACHE: "none" };
/** A server opens some descriptors for good with its first guest. */
const SPARE = 16;

/** A share with one device. */
async function withDevice(
  use: (world: { root: string; socket: string; ninepd: NinepdProcess }) => Promise<void>,
): Promise<void> {
  await withShare(async (root, folder) => {
    const socket = path.join(folder, "share.sock");
    const ninepd = await NinepdProcess.start([root, "--listen", `vhost-user:${socket},tag=share`]);
    try {
      await use({ root, socket, ninepd });
    } finally {
      await ninepd.kill();
    }
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1200 && !condition(); i++) await sleep(100);
  expect(condition()).toBe(true);
}

describe.skipIf(!support.ok)(`VMMs and their devices${support.ok ? "" : ` (${support.reason})`}`, () => {
  test("QEMU is killed under load and started again, twice", { timeout: TIMEOUT }, async () => {
    await withDevice(async ({ root, socket, ninepd }) => {
      const { descriptors } = ninepd;
      for (const round of ["one", "two"]) {
        const abort = new AbortController();
        const guest = runGuestScript({
          script: "flood.sh",
          env: { ...MOUNT, SOURCES: "share", NAME: round },
          devices: { share: socket },
          signal: abort.signal,
        });
        const ended = expect(guest).rejects.toThrow(GuestError);
        await until(() => existsSync(path.join(root, `${round}-began`)));
        await sleep(1000);
        abort.abort();
        await ended;
        await until(() => ninepd.descriptors <= descriptors + SPARE);
      }
      const steps = await runGuestScript({
        script: "two-guests.sh",
        env: { ...MOUNT, SOURCES: "share", NAME: "last", OTHER: "one-began" },
        devices: { share: socket },
      });
      expect(steps.length).toBeGreaterThan(0);
      await ninepd.stop();
    });
  });

  test("two guests on one export see each other's files", { timeout: TIMEOUT }, async () => {
    await withDevice(async ({ root, socket, ninepd }) => {
      mkdirSync(path.join(root, "common"));
      const guests = ["left", "right"].map(async (name, index, names) =>
        runGuestScript({
          script: "two-guests.sh",
          env: { ...MOUNT, SOURCES: "share", NAME: name, OTHER: names[1 - index]! },
          devices: { share: socket },
        }),
      );
      for (const steps of await Promise.all(guests)) expect(steps.length).toBeGreaterThan(0);
      for (const name of ["left", "right"])
        expect(readFileSync(path.join(root, "common", `${name}-counter`), "utf8")).toBe("200\n");
      await ninepd.stop();
    });
  });

  test(
    "the server is stopped under load: it ends in order, the guest waits",
    { timeout: TIMEOUT },
    async () => {
      await withDevice(async ({ socket, ninepd }) => {
        const steps = await runGuestScript({
          script: "flood.sh",
          env: { ...MOUNT, SOURCES: "share", NAME: "flood" },
          devices: { share: socket },
          actions: { stop: async () => ninepd.stop().then(() => "stopped") },
        });
        expect(steps).toEqual(["the server stops under load", "the guest's requests wait"]);
      });
    },
  );
});
