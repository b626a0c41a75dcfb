import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OpenFile } from "@ninep/server";
import { L_O_RDONLY, L_O_RDWR } from "@ninep/wire";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";
import type { HostNode } from "./host-node.js";

const FILES = 8;

let folder: string;
let fds: FdCache;
let fs: HostFs;
let root: HostNode;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-held-"));
  fds = new FdCache(16);
  fs = new HostFs({ root: folder, fds });
  root = fs.attach();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Makes the cache give up every descriptor that it may. */
function squeeze(): void {
  const crowd = Array.from({ length: 64 }, (_, i) => {
    writeFileSync(path.join(folder, `crowd${i}`), "");
    return root.walk(`crowd${i}`);
  });
  for (const node of crowd) node.release();
}

async function read(file: OpenFile): Promise<string> {
  const bytes = new Uint8Array(100);
  return Buffer.from(bytes.subarray(0, await file.read!(0n, bytes))).toString();
}

describe("open files of one node", () => {
  it("find each other again, however they are evicted, used and closed", async () => {
    const step = fc.record({ file: fc.nat(FILES - 1), squeeze: fc.boolean(), close: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        writeFileSync(path.join(folder, "f"), "text");
        const node = root.walk("f");
        const open = new Map<number, OpenFile>();
        for (const { file: index, squeeze: squeezed, close } of steps) {
          const file = open.get(index);
          if (!file) open.set(index, node.open(L_O_RDWR));
          else if (!close) expect(await read(file)).toBe("text");
          else {
            await file.close();
            open.delete(index);
          }
          if (squeezed) squeeze();
          // Looks through the descriptor of whatever open file it finds first.
          expect(node.getattr(0n).size).toBe(4n);
          expect(fds.size).toBeLessThanOrEqual(16);
        }
        for (const file of open.values()) await file.close();
        expect(node.files).toBeUndefined();
        node.release();
        squeeze();
      }),
      { numRuns: 100 },
    );
    expect(fds.size).toBeLessThanOrEqual(16);
  });

  it("are not evicted by the operation that goes through them", async () => {
    writeFileSync(path.join(folder, "f"), "text");
    const node = root.walk("f");
    const file = node.open(L_O_RDWR);
    for (let i = 0; node.fd >= 0; i++) {
      writeFileSync(path.join(folder, `busy${i}`), "");
      await read(file);
      root.walk(`busy${i}`).hold();
    }
    // All descriptors are in use but that of the file, which is the only one of its node.
    expect([fds.size, node.files !== undefined]).toEqual([16, true]);
    expect(attempt(() => node.open(L_O_RDONLY))).toBe("ENFILE");
    expect(attempt(() => node.open(L_O_RDONLY))).toBe("ENFILE");
    expect(node.files).toBe(file);
    expect(await read(file)).toBe("text");
  });
});

function attempt(work: () => unknown): string {
  try {
    work();
    return "opened";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
