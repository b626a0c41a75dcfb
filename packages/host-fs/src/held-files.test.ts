import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OpenFile } from "@ninep/server";
import { L_O_RDONLY, L_O_RDWR, SETATTR_SIZE } from "@ninep/wire";
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
    // The node's own descriptor goes; the open file's is the only one, and all others are in use.
    squeeze();
    await read(file);
    const others: HostNode[] = [];
    for (let i = 0; fds.size < 16 || others.length < 16; i++) {
      writeFileSync(path.join(folder, `busy${i}`), "");
      const other = root.walk(`busy${i}`);
      others.push(other);
    }
    for (const other of others) if (other.fd >= 0) other.hold();
    for (let i = 0; i < 20; i++) {
      const outcome = attempt(() => node.open(L_O_RDONLY));
      expect(["opened", "ENFILE"]).toContain(outcome);
      expect(["opened", "ENFILE"]).toContain(
        attempt(() => {
          node.setattr({ ...NOTHING, valid: SETATTR_SIZE, size: 4n });
        }),
      );
    }
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

const TIME = { sec: 0n, nsec: 0n };
const NOTHING = { valid: 0, mode: 0, uid: 0, gid: 0, size: 0n, atime: TIME, mtime: TIME };
