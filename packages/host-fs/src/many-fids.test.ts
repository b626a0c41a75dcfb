import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Session } from "@ninep/server";
import { TreeClient } from "@ninep/server/acceptance";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";

const [DIRECTORIES, FILES, FIDS] = [40, 25, 100_000];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-many-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const descriptors = (): number => readdirSync("/proc/self/fd").length;

it("100,000 fids live on 64 descriptors, wherever their files move", { timeout: 300_000 }, async () => {
  for (let d = 0; d < DIRECTORIES; d++) {
    mkdirSync(path.join(folder, `d${d}`));
    for (let f = 0; f < FILES; f++) writeFileSync(path.join(folder, `d${d}`, `f${f}`), `${d}/${f}`);
  }
  const before = descriptors();
  const fds = new FdCache(64);
  const session = new Session({ backend: new HostFs({ root: folder, fds }) });
  const client = new TreeClient(session);
  await client.version();
  await client.attach();

  /** The fid of each file of each directory, over and over. */
  const fids: number[] = [];
  for (let i = 0; i < FIDS; i++) {
    const [d, f] = [i % DIRECTORIES, Math.floor(i / DIRECTORIES) % FILES];
    fids.push(await client.walk([`d${d}`, `f${f}`]));
  }
  const bounded = (): void => {
    expect(fds.size).toBeLessThanOrEqual(64);
    expect(descriptors()).toBeLessThanOrEqual(before + 64);
  };
  /** What fid number `i` reads: a clone of it is opened. */
  const read = async (i: number): Promise<string> => {
    const fid = await client.clone(fids[i]!);
    await client.rpc("Tlopen", { fid, flags: 0 });
    const { data } = await client.rpc("Tread", { fid, offset: 0n, count: 100 });
    await client.clunk(fid);
    return Buffer.from(data).toString();
  };
  const expected = (i: number): string => `${i % DIRECTORIES}/${Math.floor(i / DIRECTORIES) % FILES}`;
  const sample = Array.from({ length: 3000 }, (_, i) => (i * 7919) % FIDS);
  bounded();
  for (const i of sample) expect(await read(i)).toBe(expected(i));
  bounded();

  // Directories move, some into one another; files are removed, and some replaced behind our back.
  for (let d = 0; d < DIRECTORIES; d += 2) {
    const to = d % 4 === 0 ? 0 : await client.walk([`d${d + 1}`]);
    const names = { oldname: `d${d}`, newname: `moved${d}` };
    await client.rpc("Trenameat", { olddirfid: 0, newdirfid: to, ...names });
  }
  for (let d = 1; d < DIRECTORIES; d += 8) {
    const dirfid = await client.walk([`d${d}`]);
    await client.rpc("Tunlinkat", { dirfid, name: "f3", flags: 0 });
    writeFileSync(path.join(folder, "new"), "another");
    renameSync(path.join(folder, "new"), path.join(folder, `d${d}`, "f4"));
  }
  const outcomes = { text: 0, stale: 0 };
  for (const i of sample) {
    const [d, f] = expected(i).split("/").map(Number) as [number, number];
    if (d % 8 === 1 && f === 4) {
      await expect(read(i)).rejects.toThrow(/ESTALE/);
      outcomes.stale++;
    } else {
      expect(await read(i)).toBe(expected(i));
      outcomes.text++;
    }
  }
  expect(Math.min(outcomes.text, outcomes.stale)).toBeGreaterThan(5);
  bounded();
  expect(session.fidCount).toBeGreaterThan(FIDS);
  await session.close();
  expect(fds.size).toBe(1);
  expect(descriptors()).toBeLessThanOrEqual(before + 2);
});
