import { execFileSync } from "node:child_process";
import { mkdtempSync, openSync, closeSync, fsyncSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RWF_NOWAIT, preadv2 } from "@ninep/linux";
import { Session } from "@ninep/server";
import { TreeClient } from "@ninep/server/acceptance";
import { errno } from "@ninep/wire";
import { afterEach, beforeEach, expect, it, type TestContext } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";

const SIZE = 1024 * 1024;
const PIECE = 60_000;

let folder: string;
let session: Session;
let client: TreeClient;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-slow-"));
  session = new Session({ backend: new HostFs({ root: folder, fds: new FdCache(16) }) });
  client = new TreeClient(session);
  await client.version();
  await client.attach();
});

afterEach(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Byte `offset` of the test file. */
const byteAt = (offset: number): number => (offset * 31 + (offset >> 8)) & 0xff;

/** Writes the file to the disk and drops it from the page cache. False where that cannot be done, as on a tmpfs. */
function makeUncached(name: string): boolean {
  const file = path.join(folder, name);
  writeFileSync(
    file,
    Uint8Array.from({ length: SIZE }, (_, i) => byteAt(i)),
  );
  const fd = openSync(file, "r");
  try {
    fsyncSync(fd);
    execFileSync("dd", [`of=${file}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none"], {
      stdio: "ignore",
    });
    return preadv2(fd, new Uint8Array(1), 0n, RWF_NOWAIT) === -errno.EAGAIN;
  } finally {
    closeSync(fd);
  }
}

/** A fid on a file that is not in the page cache; skips the test where there is none. */
async function openCold(context: TestContext): Promise<number> {
  if (!makeUncached("cold")) context.skip("the page cache cannot be emptied here");
  return client.open("cold");
}

function check(data: Uint8Array, offset: number): void {
  expect(data.length).toBe(PIECE);
  expect(data.findIndex((byte, i) => byte !== byteAt(offset + i))).toBe(-1);
}

it("a read that is not in the page cache comes later, whole, and others overtake it", async (context) => {
  const cold = await openCold(context);
  const order: string[] = [];
  const slow = client.rpc("Tread", { fid: cold, offset: 0n, count: PIECE }).then(({ data }) => {
    order.push("cold");
    return data;
  });
  await client.rpc("Tgetattr", { fid: client.root, mask: 0n });
  order.push("quick");
  check(await slow, 0);
  expect(order).toEqual(["quick", "cold"]);
});

it("a read that is in the page cache in part is whole", async (context) => {
  const cold = await openCold(context);
  const [first, second] = [PIECE, 300_000];
  // These bring some pages in, and the kernel reads ahead as it likes.
  await client.rpc("Tread", { fid: cold, offset: BigInt(second + 8192), count: 1 });
  check((await client.rpc("Tread", { fid: cold, offset: BigInt(second), count: PIECE })).data, second);
  check((await client.rpc("Tread", { fid: cold, offset: BigInt(first), count: PIECE })).data, first);
});

it("a read under way keeps its descriptor, whatever others need and though its fid is clunked", async (context) => {
  const cold = await openCold(context);
  const slow = client.rpc("Tread", { fid: cold, offset: 0n, count: PIECE });
  const clunked = client.clunk(cold);
  for (let i = 0; i < 64; i++) {
    writeFileSync(path.join(folder, `other${i}`), "x");
    await client.open(`other${i}`);
  }
  await clunked;
  check((await slow).data, 0);
  await expect(client.rpc("Tread", { fid: cold, offset: 0n, count: 1 })).rejects.toThrow(/EBADF/);
});
