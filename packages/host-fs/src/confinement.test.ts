import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { OpenFile } from "@ninep/server";
import { L_O_RDWR, L_O_TRUNC, SETATTR_MODE, errno } from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostFs } from "./host-fs.js";
import type { HostNode } from "./host-node.js";

/** At least this many, and as many more as it takes for both outcomes to come up: other work may slow the swapper. */
const ROUNDS = 20_000;
const ENOUGH = 50;
const OWNER = { mode: 0o644, uid: 0xffffffff, gid: 0xffffffff };
/** What a name may lead to when it is moved about meanwhile. */
const ORDINARY = new Set([
  errno.ENOENT,
  errno.ENOTDIR,
  errno.ESTALE,
  errno.EEXIST,
  errno.ENXIO,
  errno.ELOOP,
  errno.EISDIR,
  errno.EINVAL,
]);

let folder: string;
let outside: string;
let fs: HostFs;
let root: HostNode;
let swapper: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-confine-"));
  outside = path.join(folder, "outside");
  mkdirSync(outside);
  writeFileSync(path.join(outside, "secret"), "outside");
  mkdirSync(path.join(folder, "export"));
  fs = new HostFs({ root: path.join(folder, "export") });
  root = fs.attach();
});

afterEach(async () => {
  swapper.kill("SIGKILL");
  await once(swapper, "exit");
  rmSync(folder, { recursive: true, force: true });
});

async function swap(kind: "symlink" | "fifo"): Promise<void> {
  const program = fileURLToPath(new URL("testing/swap.mjs", import.meta.url));
  swapper = spawn(process.execPath, [program, kind, path.join(folder, "export")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(swapper.stdout!, "data");
}

/** Does `work`; false when something was not there or not what it was. Other errors are failures. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!ORDINARY.has((error as { errno: number }).errno)) throw error;
    return false;
  }
}

function read(file: OpenFile): string {
  const bytes = new Uint8Array(100);
  const count = file.read!(0n, bytes);
  if (typeof count !== "number") throw new Error("not in the page cache");
  return Buffer.from(bytes.subarray(0, count)).toString();
}

describe("while another process swaps a directory and a symlink that leads out", () => {
  it("nothing outside is read, made, changed or removed", { timeout: 120_000 }, async () => {
    await swap("symlink");
    const before = lstatSync(path.join(outside, "secret"));
    const done = { read: 0, made: 0, removed: 0, missed: 0 };
    for (let round = 0; round < ROUNDS || Math.min(done.removed, done.missed) <= ENOUGH; round++) {
      const worked = attempt(() => {
        const directory = root.walk("swapped");
        try {
          const secret = directory.walk("secret");
          try {
            const file = secret.open(0);
            expect(read(file)).toBe("inside");
            void file.close();
            secret.setattr({ ...change, valid: SETATTR_MODE, mode: 0o600 });
            done.read++;
            directory.mkdir(`made${round}`, OWNER);
            directory.symlink(`link${round}`, "x", OWNER);
            done.made++;
            directory.unlinkAt(`made${round}`, true);
            directory.unlinkAt(`link${round}`, false);
            const created = directory.create(`file${round}`, L_O_RDWR | L_O_TRUNC, OWNER);
            void created.file.close();
            created.node.release();
            directory.renameAt(`file${round}`, directory, `moved${round}`);
            directory.unlinkAt(`moved${round}`, false);
            done.removed++;
          } finally {
            secret.release();
          }
        } finally {
          directory.release();
        }
      });
      if (!worked) done.missed++;
    }
    // Both happened, or the race was none.
    expect(done.removed).toBeGreaterThan(ENOUGH);
    expect(done.missed).toBeGreaterThan(ENOUGH);
    expect(readdirSync(outside)).toEqual(["secret"]);
    expect(readFileSync(path.join(outside, "secret"), "utf8")).toBe("outside");
    expect(lstatSync(path.join(outside, "secret"))).toMatchObject({
      mode: before.mode,
      ctimeMs: before.ctimeMs,
    });
  });
});

describe("while another process swaps a file and a FIFO", () => {
  it("the FIFO is never opened", { timeout: 120_000 }, async () => {
    await swap("fifo");
    const done = { opened: 0, refused: 0 };
    for (let round = 0; round < ROUNDS || Math.min(done.opened, done.refused) <= ENOUGH; round++) {
      const worked = attempt(() => {
        const node = root.walk("swapped");
        try {
          // Opened for both, a FIFO would open at once: what was opened tells.
          const file = node.open(L_O_RDWR);
          expect(read(file)).toBe("inside");
          void file.close();
        } finally {
          node.release();
        }
      });
      if (worked) done.opened++;
      else done.refused++;
    }
    expect(done.opened).toBeGreaterThan(ENOUGH);
    expect(done.refused).toBeGreaterThan(ENOUGH);
  });
});

const nothing = { sec: 0n, nsec: 0n };
const change = { valid: 0, mode: 0, uid: 0, gid: 0, size: 0n, atime: nothing, mtime: nothing };
