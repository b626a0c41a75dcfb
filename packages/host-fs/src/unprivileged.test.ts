import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { hasCapability, setfsuid } from "@ninep/linux";
import { L_O_EXCL, L_O_RDWR, L_O_WRONLY, NO_ID, SETATTR_MODE } from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";
import type { HostNode } from "./host-node.js";

const USER = 65_534;
const root = process.getuid?.() === 0;
/** Without root this whole package is tested as such a user. */
const describeAsRoot = describe.runIf(root);

describeAsRoot("the acceptance suite as a user without rights", () => {
  it.each([960, 16])("with %d descriptors", { timeout: 300_000 }, (max) => {
    const program = fileURLToPath(new URL("testing/acceptance.mjs", import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, ["--test-reporter=tap", program, String(max)], {
      uid: USER,
      gid: USER,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
      maxBuffer: 1 << 26,
    });
    const failed = stdout.split("\n").filter((line) => /^\s*not ok/.test(line));
    expect({ failed, status }).toEqual({ failed: [], status: 0 });
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(200);
  });
});

describe("without rights over all files", () => {
  let folder: string;
  let fds: FdCache;
  let tree: HostNode;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "ninep-user-"));
    chmodSync(folder, 0o777);
    if (root) setfsuid(USER);
    expect(hasCapability("CAP_DAC_OVERRIDE")).toBe(false);
    fds = new FdCache(16);
    tree = new HostFs({ root: folder, fds }).attach();
  });

  afterEach(() => {
    if (root) setfsuid(0);
    rmSync(folder, { recursive: true, force: true });
  });

  function create(name: string, mode: number, flags = L_O_RDWR) {
    return tree.create(name, flags | L_O_EXCL, { mode, uid: NO_ID, gid: NO_ID });
  }

  function squeeze(): void {
    for (let i = 0; i < 64; i++) {
      writeFileSync(path.join(folder, `other${i}`), "");
      tree.walk(`other${i}`).release();
    }
    for (let i = 0; i < 64; i++) tree.walk(`other${i}`);
  }

  it.each([0o444, 0o400, 0, 0o200])(
    "a file made with mode %o can be written through the fid that made it",
    (mode) => {
      const { file } = create("f", mode);
      for (let i = 0; i < 3; i++) {
        squeeze();
        expect(file.write!(BigInt(i), Buffer.from("x"))).toBe(1);
      }
      void file.close();
      expect(fds.pinned).toBe(0);
    },
  );

  it("and so can one that loses that mode while it is open", () => {
    const { node, file } = create("f", 0o644, L_O_WRONLY);
    node.setattr({ ...NOTHING, valid: SETATTR_MODE, mode: 0o444 });
    squeeze();
    expect(file.write!(0n, Buffer.from("x"))).toBe(1);
    void file.close();
    expect(fds.pinned).toBe(0);
  });

  it("but no client takes all descriptors that way", () => {
    for (let i = 0; i < 40; i++) create(`f${i}`, 0o444);
    expect(fds.pinned).toBe(12);
    squeeze();
  });
});

const TIME = { sec: 0n, nsec: 0n };
const NOTHING = { valid: 0, mode: 0, uid: 0, gid: 0, size: 0n, atime: TIME, mtime: TIME };
