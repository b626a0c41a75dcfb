import {
  L_O_CREAT,
  L_O_EXCL,
  L_O_RDWR,
  L_O_WRONLY,
  LOCK_TYPE_RDLCK,
  LOCK_TYPE_UNLCK,
  LOCK_TYPE_WRLCK,
  QTDIR,
  S_IFIFO,
  S_IFMT,
  XATTR_CREATE,
} from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Client } from "./client.js";
import type { File } from "./file.js";
import { resolvePath } from "./resolve.js";
import { MemoryServer } from "./testing/session-stream.js";

/** Bytes that tell where they are from. */
function pattern(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 12)) & 0xff;
  return bytes;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Uint8Array.from(Buffer.concat(parts));
}

async function names(dir: File): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of dir.readdir()) found.push(name);
  return found.sort();
}

/** Fails unless both are the same bytes, without printing millions of them. */
function same(got: Uint8Array, wanted: Uint8Array): void {
  expect([got.length, Buffer.compare(got, wanted)]).toEqual([wanted.length, 0]);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

let server: MemoryServer;
let client: Client;
let root: File;

async function start(files: NonNullable<ConstructorParameters<typeof MemoryServer>[0]>["files"] = {}) {
  // Replies overtake each other, the same way in each run.
  let seed = 1;
  server = new MemoryServer({ files }, (waiting) => (seed = (seed * 48271) % 0x7fffffff) % waiting);
  client = await Client.connect(server.stream);
  root = await client.attach({ uname: "test" });
}

beforeEach(async () => {
  await start();
});

// Whatever a test did, also what it did wrong: only the root's fid is left.
afterEach(async () => {
  expect(server.session.fidCount).toBe(1);
  expect(client.connection.fids.taken).toBe(1);
  await root.close();
  expect(server.fs.inUse()).toEqual({ nodes: 0, files: 0 });
  client.close();
});

describe("content", () => {
  test.each([0, 1, 4096, 256 * 1024, 256 * 1024 + 1, 5_000_000])("of %d bytes", async (size) => {
    const content = pattern(size);
    await using file = await root.create("f", L_O_RDWR);
    expect(await file.writeFrom([content.subarray(0, 1000), content.subarray(1000)])).toBe(BigInt(size));
    same(server.fs.readFile("f"), content);
    same(await root.readFile("f"), content);
    for (const sizeHint of [0, 1, Math.max(0, size - 1), size, size + 1, size * 2])
      same(await collect(file.readStream({ sizeHint })), content);
    same(
      await collect(file.readStream({ start: 100, end: 1000, chunkSize: 7 })),
      content.subarray(100, 1000),
    );
  });

  test("moves with many requests in flight, however fast each is", async () => {
    const content = pattern(8 * 1024 * 1024);
    await using file = await root.create("f", L_O_RDWR);
    await file.writeAll(content);
    expect(server.mostInFlight).toBe(16);
    server.mostInFlight = 0;
    same(await collect(file.readStream({ window: 20 })), content);
    expect(server.mostInFlight).toBe(20);
  });

  test("may be left in the middle", async () => {
    await using file = await root.create("f", L_O_RDWR);
    await file.writeAll(pattern(4 * 1024 * 1024));
    for await (const chunk of file.readStream()) {
      expect(chunk.length).toBe(256 * 1024);
      break;
    }
  });

  test("of a source that fails is written up to there, and the error is the source's", async () => {
    await using file = await root.create("f");
    const source = async function* () {
      yield bytes("begin");
      await Promise.resolve();
      throw new Error("no more");
    };
    await expect(file.writeFrom(source())).rejects.toThrow("no more");
    expect(text(server.fs.readFile("f"))).toBe("begin");
  });

  test("is not written or read through a handle that may not", async () => {
    await using file = await root.create("f", L_O_WRONLY);
    await file.writeAll(bytes("x"));
    await expect(file.read(new Uint8Array(1), 0)).rejects.toMatchObject({ code: "EBADF" });
    await using reader = await root.openAt("f");
    await expect(reader.writeAll(bytes("x"))).rejects.toMatchObject({ code: "EBADF" });
    await reader.fsync();
    await expect(root.readFile("nothing")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("given up leaves nothing behind", async () => {
    await using file = await root.create("f", L_O_RDWR);
    await file.writeAll(pattern(3_000_000));
    const controller = new AbortController();
    const reading = collect(file.readStream({ signal: controller.signal }));
    setTimeout(() => {
      controller.abort(new Error("enough"));
    }, 3);
    await expect(reading).rejects.toThrow("enough");
    await expect(root.walk("f", { signal: controller.signal })).rejects.toThrow("enough");
  });
});

describe("names", () => {
  test("are walked, more than 16 at once too", async () => {
    const path = Array.from({ length: 40 }, (_, i) => `d${i}`).join("/");
    server.fs.add({ [`${path}/f`]: "deep" });
    expect(text(await root.readFile(`/${path}//./f`))).toBe("deep");
    await expect(root.walk(`${path}/f/x`)).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(root.walk(`${path}/x`)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(root.walk(path.replace("d20", "x"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("come and go", async () => {
    await root.mkdir("d", 0o750);
    await root.symlink("l", "d/f");
    await using dir = await root.walk("d");
    await (await dir.create("f", L_O_CREAT | L_O_EXCL)).close();
    await expect(dir.create("f", L_O_CREAT | L_O_EXCL)).rejects.toMatchObject({ code: "EEXIST" });
    {
      await using file = await dir.walk("f");
      await root.link(file, "hard");
    }
    await root.mknod("fifo", S_IFIFO | 0o600);
    expect(await names(root)).toEqual(["d", "fifo", "hard", "l"]);
    await root.rename("hard", dir, "moved");
    expect(await names(dir)).toEqual(["f", "moved"]);
    await expect(root.unlink("d")).rejects.toMatchObject({ code: "EISDIR" });
    await expect(root.rmdir("d")).rejects.toMatchObject({ code: "ENOTEMPTY" });
    await dir.unlink("f");
    await (await dir.walk("moved")).remove();
    await root.rmdir("d");
    await root.unlink("l");
    await root.unlink("fifo");
    expect(await names(root)).toEqual([]);
  });

  test("of a large directory all come, once, and need not be read to the end", async () => {
    const wanted = Array.from({ length: 20_000 }, (_, i) => `file-${i}`).sort();
    server.fs.add(Object.fromEntries(wanted.map((name) => [`d/${name}`, ""])));
    await using dir = await root.walk("d");
    expect(await names(dir)).toEqual(wanted);
    for await (const { name } of dir.readdir()) {
      expect(name).toMatch(/^file-/);
      break;
    }
    await using file = await dir.walk("file-1");
    await expect(names(file)).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  test("need not be UTF-8", async () => {
    await (await root.create("a\udcff")).close();
    expect(await names(root)).toEqual(["a\udcff"]);
    await root.unlink("a\udcff");
  });

  test("are resolved through symlinks, never above the root", async () => {
    server.fs.add({
      "a/b/f": "found",
      "a/up": { symlink: "../a/b" },
      "a/top": { symlink: "/a/up" },
      "a/out": { symlink: "../../../../a" },
      loop: { symlink: "loop" },
      "a/b/self": { symlink: "." },
    });
    const paths = ["a/b/f", "a/up/f", "a/top/f", "a/top/../../a/b/f", "a/out/up/f", "../a/b/self/self/f"];
    for (const path of paths) {
      await using file = await resolvePath(root, path);
      expect(text(await file.readFile())).toBe("found");
    }
    const deep = `a/b/${"self/".repeat(30)}f`;
    await (await resolvePath(root, deep)).close();
    await using link = await resolvePath(root, "a/out/top", { follow: false });
    expect(await link.readlink()).toBe("/a/up");
    await using behind = await resolvePath(root, "a/out/", { follow: false });
    expect(behind.qid.type).toBe(QTDIR);
    await expect(resolvePath(root, "a/b/f/")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(resolvePath(root, "loop")).rejects.toMatchObject({ code: "ELOOP" });
    await expect(resolvePath(root, "a/b/f/..")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(resolvePath(root, "a/b/f/x")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(resolvePath(root, "a/top/x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("attributes", () => {
  test("are read and changed", async () => {
    await (await root.create("f", L_O_RDWR, 0o640)).close();
    await using file = await root.walk("f");
    expect((await file.getattr()).mode & 0o7777).toBe(0o640);
    await file.setattr({ mode: 0o600, size: 5000, mtime: { sec: 1_000_000_000n, nsec: 5n }, atime: "now" });
    const attr = await file.getattr();
    expect(attr).toMatchObject({ size: 5000n, mtime: { sec: 1_000_000_000n, nsec: 5n } });
    expect(attr.mode & ~S_IFMT).toBe(0o600);
    expect(attr.atime.sec).toBeGreaterThan(1_500_000_000n);
    expect((await file.statfs()).namelen).toBe(255);
  });

  test("may be extended ones", async () => {
    await (await root.create("f")).close();
    await using file = await root.walk("f");
    const large = pattern(60_000);
    await file.setXattr("user.a", bytes("one"));
    await file.setXattr("user.b", large);
    expect((await file.listXattrs()).sort()).toEqual(["user.a", "user.b"]);
    expect(text(await file.getXattr("user.a"))).toBe("one");
    same(await file.getXattr("user.b"), large);
    await expect(file.setXattr("user.a", bytes("x"), XATTR_CREATE)).rejects.toMatchObject({ code: "EEXIST" });
    await file.removeXattr("user.a");
    await expect(file.getXattr("user.a")).rejects.toMatchObject({ code: "ENODATA" });
    await expect(file.removeXattr("user.a")).rejects.toMatchObject({ code: "ENODATA" });
    await expect(file.setXattr("user.a", bytes(""))).rejects.toMatchObject({ code: "EINVAL" });
    await expect(file.getXattr("")).rejects.toMatchObject({ code: "EINVAL" });
  });
});

test("locks keep others out", async () => {
  await (await root.create("f", L_O_RDWR)).close();
  await using mine = await root.openAt("f", L_O_RDWR);
  await using theirs = await root.openAt("f", L_O_RDWR);
  const range = { type: LOCK_TYPE_WRLCK, start: 10n, length: 10n, procId: 1, clientId: "me" };
  const other = { type: LOCK_TYPE_RDLCK, start: 0n, length: 0n, procId: 2, clientId: "they" };
  expect(await mine.lock(range)).toBe(true);
  expect(await theirs.lock(other)).toBe(false);
  expect(await theirs.getlock(other)).toMatchObject({ type: LOCK_TYPE_WRLCK, start: 10n, procId: 1 });
  expect(await mine.lock({ ...range, type: LOCK_TYPE_UNLCK })).toBe(true);
  expect(await theirs.getlock(other)).toBeUndefined();
  expect(await theirs.lock(other)).toBe(true);
});

test("handles close once, and not at all after they went over to an open file", async () => {
  await (await root.create("f")).close();
  const file = await root.walk("f");
  const open = await file.open();
  expect(file.closed).toBe(true);
  await file.close();
  await expect(file.getattr()).rejects.toMatchObject({ code: "EBADF" });
  await open.getattr();
  await open.close();
  await open.close();
  await expect(open.getattr()).rejects.toMatchObject({ code: "EBADF" });
  await expect(client.attach({ aname: "other" })).rejects.toMatchObject({ code: "ENOENT" });
});
