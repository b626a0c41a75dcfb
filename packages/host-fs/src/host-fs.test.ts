import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  L_O_RDONLY,
  L_O_RDWR,
  LOCK_BLOCKED,
  LOCK_SUCCESS,
  LOCK_TYPE_UNLCK,
  LOCK_TYPE_WRLCK,
  errno,
} from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";
import type { HostNode } from "./host-node.js";

let folder: string;
let fds: FdCache;
let root: HostNode;
const at = (...names: string[]) => path.join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-host-"));
  fds = new FdCache(16);
  root = new HostFs({ root: folder, fds }).attach();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function text(node: HostNode): Promise<string> {
  const file = node.open(L_O_RDONLY);
  const bytes = new Uint8Array(1000);
  const count = await file.read!(0n, bytes);
  await file.close();
  return Buffer.from(bytes.subarray(0, count)).toString();
}

function codeOf(work: () => unknown): number | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { errno: number }).errno;
  }
}

/** Pushes every descriptor that may go out of the cache. */
function forget(): void {
  for (let i = 0; i < 64; i++) {
    writeFileSync(at(`other${i}`), "");
    root.walk(`other${i}`);
  }
}

describe("with few descriptors", () => {
  it("thousands of nodes find their files again", async () => {
    const nodes: HostNode[] = [];
    for (let i = 0; i < 3000; i++) {
      mkdirSync(at(`d${i % 30}`), { recursive: true });
      writeFileSync(at(`d${i % 30}`, `f${i}`), `content ${i}`);
      const directory = root.walk(`d${i % 30}`);
      nodes.push(directory.walk(`f${i}`));
      directory.release();
    }
    expect(fds.size).toBeLessThanOrEqual(16);
    for (const [i, node] of nodes.entries()) expect(await text(node)).toBe(`content ${i}`);
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(100);
    for (const node of nodes) node.release();
    expect(fds.size).toBe(1);
  });

  it("a file that another has taken the place of is stale, and a new walk finds the other", async () => {
    writeFileSync(at("f"), "one");
    const node = root.walk("f");
    forget();
    writeFileSync(at("g"), "two");
    renameSync(at("g"), at("f"));
    expect(codeOf(() => node.getattr(0n))).toBe(errno.ESTALE);
    expect(codeOf(() => node.open(L_O_RDONLY))).toBe(errno.ESTALE);
    expect(await text(root.walk("f"))).toBe("two");
    rmSync(at("f"));
    expect(codeOf(() => node.getattr(0n))).toBe(errno.ESTALE);
  });

  it("files below a renamed directory are found, and removed ones live on", async () => {
    mkdirSync(at("a"));
    writeFileSync(at("a", "f"), "text");
    const [directory] = [root.walk("a")];
    const node = directory.walk("f");
    root.renameAt("a", root, "b");
    forget();
    expect(await text(node)).toBe("text");
    directory.unlinkAt("f", false);
    root.unlinkAt("b", true);
    forget();
    expect(await text(node)).toBe("text");
    expect(node.getattr(0n).nlink).toBe(0n);
  });

  it("locks stay, seen from the host, until they are given up", async () => {
    writeFileSync(at("f"), "text");
    const node = root.walk("f");
    const file = node.open(L_O_RDWR);
    const range = { type: LOCK_TYPE_WRLCK, start: 0n, length: 10n, procId: 1, clientId: "" };
    expect(file.lock!(range)).toBe(LOCK_SUCCESS);
    forget();
    const other = node.open(L_O_RDWR);
    expect(other.lock!(range)).toBe(LOCK_BLOCKED);
    expect(await other.getlock!(range)).toMatchObject({ type: LOCK_TYPE_WRLCK, start: 0n, length: 10n });
    expect(hostLocks()).toBe(false);
    file.lock!({ ...range, type: LOCK_TYPE_UNLCK });
    expect(hostLocks()).toBe(true);
    await file.close();
    await other.close();
  });

  /** True when a process on the host gets the lock. */
  function hostLocks(): boolean {
    const program = `import fcntl,sys
f=open(sys.argv[1],'r+')
try: fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB,10)
except OSError: print('no')
else: print('yes')`;
    return execFileSync("python3", ["-c", program, at("f")], { encoding: "utf8" }) === "yes\n";
  }
});

it("qid.path tells apart files of different devices with one inode number", () => {
  const host = new HostFs({ root: "/" }).attach();
  const roots = ["proc", "sys", "dev"].map((name) => host.walk(name).qid.path);
  expect(new Set(roots).size).toBe(3);
});

it("qid.version moves with the content and is never 0", () => {
  writeFileSync(at("f"), "");
  const node = root.walk("f");
  const seen = new Set([node.qid.version]);
  const file = node.open(L_O_RDWR);
  for (let i = 0; i < 50; i++) {
    file.write!(BigInt(i), Buffer.from("x"));
    node.getattr(0n);
    seen.add(node.qid.version);
  }
  expect(seen.size).toBe(51);
  expect(seen).not.toContain(0);
});

it("a FIFO, a socket's name, a device and a symlink are not opened", () => {
  execFileSync("mkfifo", [at("fifo")]);
  symlinkSync("/etc/passwd", at("link"));
  expect(codeOf(() => root.walk("fifo").open(L_O_RDONLY))).toBe(errno.ENXIO);
  expect(codeOf(() => root.walk("link").open(L_O_RDONLY))).toBe(errno.ELOOP);
  expect(codeOf(() => root.create("fifo", L_O_RDWR, { mode: 0o644, uid: 0, gid: 0 }))).toBe(errno.ENXIO);
  expect(codeOf(() => root.create("link", L_O_RDWR, { mode: 0o644, uid: 0, gid: 0 }))).toBe(errno.ELOOP);
  const dev = new HostFs({ root: "/dev" }).attach();
  expect(codeOf(() => dev.walk("null").open(L_O_RDWR))).toBe(errno.ENXIO);
});

it("a missing root, or one that is no directory, says so", () => {
  writeFileSync(at("file"), "");
  expect(() => new HostFs({ root: at("nowhere") })).toThrow(/ENOENT/);
  expect(() => new HostFs({ root: at("file") })).toThrow(/ENOTDIR/);
});
