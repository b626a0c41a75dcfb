import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fuzz } from "@ninep/server/acceptance";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";

let folder: string;
let outside: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-fuzz-"));
  outside = path.join(folder, "outside");
  mkdirSync(outside);
  writeFileSync(path.join(outside, "secret"), "untouched");
  mkdirSync(path.join(folder, "export/a"), { recursive: true });
  writeFileSync(path.join(folder, "export/a/b"), "text");
  symlinkSync("../outside", path.join(folder, "export/link"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it(
  "answers half a million hostile frames, leaks nothing and leaves the outside alone",
  { timeout: 600_000 },
  async () => {
    const before = descriptors();
    const watched = lstatSync(outside);
    const backend = new HostFs({ root: path.join(folder, "export"), fds: new FdCache(32) });
    const memory = process.memoryUsage().rss;
    const { replies, outOfStep } = await fuzz({ backend, frames: 500_000, seed: 1992 });
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
    backend.close();
    expect(descriptors()).toBeLessThanOrEqual(before + 1);
    expect(process.memoryUsage().rss - memory).toBeLessThan(300_000_000);
    expect(readdirSync(outside)).toEqual(["secret"]);
    expect(readFileSync(path.join(outside, "secret"), "utf8")).toBe("untouched");
    expect(lstatSync(outside)).toMatchObject({
      mode: watched.mode,
      uid: watched.uid,
      mtimeMs: watched.mtimeMs,
    });
  },
);

/** How many this process has open; one more stays for /proc/self/fd itself. */
function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
