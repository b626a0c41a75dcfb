import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { testInGuest } from "./testing/linux-client.js";

const full = process.env["NINEP_GUEST_FULL"] === "1";

/** What 64 processes leave behind would be more. */
const SPARE = 16;

let descriptors = 0;
let memory = 0;

testInGuest({
  name: `64 processes for ${full ? "five minutes" : "ten seconds"}`,
  script: "stress.py",
  transports: ["virtio"],
  env: { SECONDS: full ? "300" : "10" },
  memory: 2048,
  timeout: full ? 1_200_000 : 300_000,
  prepare: () => ({}),
  begin: (server) => {
    ({ descriptors, memory } = server);
  },
  check: async (_, server) => {
    // It learns of the guest's end by itself. The first guest has it open some descriptors for good.
    for (let i = 0; i < 100 && server.descriptors > descriptors + SPARE; i++) await sleep(50);
    expect(server.descriptors).toBeLessThanOrEqual(descriptors + SPARE);
    expect(server.memory - memory).toBeLessThan(150);
  },
});
