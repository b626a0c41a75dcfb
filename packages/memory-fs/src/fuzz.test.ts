import { fuzz } from "@ninep/server/acceptance";
import { expect, it } from "vitest";
import { MemoryFs } from "./memory-fs.js";

it("answers half a million hostile frames, and holds nothing afterwards", { timeout: 300_000 }, async () => {
  const backend = new MemoryFs({
    maxBytes: 16 * 1024 * 1024,
    files: { "a/b": "text", link: { symlink: "a" } },
  });
  const { replies, outOfStep } = await fuzz({ backend, frames: 500_000, seed: 20221 });
  // It got somewhere: each of these is a state that most frames cannot reach.
  for (const name of [
    "Rwalk",
    "Rread",
    "Rwrite",
    "Rreaddir",
    "Rlock",
    "Rxattrcreate",
    "Rclunk",
    "Rstat",
    "Rlcreate",
  ]) {
    expect(replies.get(name), name).toBeGreaterThan(10);
  }
  expect(outOfStep).toBeGreaterThan(1000);
  for (const [what, count] of Object.entries(backend.inUse())) expect(count, what).toBe(0);
});
