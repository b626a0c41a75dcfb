import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { getXattr, hasCapability, openat, AT_FDCWD, O_RDONLY, close, setXattr } from "@ninep/linux";
import { Session } from "@ninep/server";
import { TreeClient } from "@ninep/server/acceptance";
import {
  L_O_EXCL,
  L_O_RDONLY,
  L_O_RDWR,
  L_O_WRONLY,
  NOFID,
  NO_ID,
  SETATTR_MODE,
  S_IFIFO,
  S_ISGID,
  XATTR_CREATE,
} from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FdCache } from "./fd-cache.js";
import { HostFs } from "./host-fs.js";

// One test for each CVE of other 9P and virtio-fs servers: what went wrong there must not here.
// Their races with another process on the host are in confinement.test.ts, and each has more tests in
// the acceptance suite and in fuzz.test.ts.

let folder: string;
let outside: string;
let session: Session;
let client: TreeClient;
const inside = (name: string): string => path.join(folder, "export", name);

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-cve-"));
  outside = path.join(folder, "outside");
  mkdirSync(outside);
  writeFileSync(path.join(outside, "secret"), "outside");
  mkdirSync(path.join(folder, "export"));
  [session, client] = await connect();
});

afterEach(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(uid?: number, fds = new FdCache(32)): Promise<[Session, TreeClient]> {
  const made = new Session({ backend: new HostFs({ root: path.join(folder, "export"), fds }) });
  const connected = new TreeClient(made);
  await connected.version();
  await connected.attach(uid);
  return [made, connected];
}

const descriptors = (): number => readdirSync("/proc/self/fd").length;

/** Does `work` again and again and expects neither descriptors nor memory to pile up. */
async function repeat(times: number, work: (round: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < 100; i++) await work(i);
  const [fds, memory] = [descriptors(), process.memoryUsage().rss];
  for (let i = 100; i < times; i++) await work(i);
  expect(descriptors()).toBeLessThanOrEqual(fds);
  expect(process.memoryUsage().rss - memory).toBeLessThan(150_000_000);
}

describe("names that lead out", () => {
  it("CVE-2016-7116: .. in a name", async () => {
    for (const name of ["..", "../outside", "../outside/secret", "a/../../outside", "/etc", "."]) {
      await expect(client.walk([name]), name).rejects.toThrow(/EINVAL/);
      await expect(client.create(name), name).rejects.toThrow(/EINVAL/);
      await expect(client.rpc("Tunlinkat", { dirfid: 0, name, flags: 0 }), name).rejects.toThrow(/EINVAL/);
    }
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  it("CVE-2016-8578: an empty name", async () => {
    await expect(client.walk([""])).rejects.toThrow(/EINVAL/);
    await expect(client.create("")).rejects.toThrow(/EINVAL/);
    await expect(client.rpc("Tsymlink", { dfid: 0, name: "s", target: "", gid: 0 })).rejects.toThrow(
      /ENOENT/,
    );
    await expect(client.rpc("Tmkdir", { dfid: 0, name: "", mode: 0o755, gid: 0 })).rejects.toThrow(/EINVAL/);
  });

  it("CVE-2016-9602 and CVE-2017-7471: a symlink out of the export", async () => {
    symlinkSync("../outside", inside("directory"));
    symlinkSync("../outside/secret", inside("file"));
    symlinkSync("../outside/new", inside("dangling"));
    await expect(client.walk("directory/secret")).rejects.toThrow(/after 1/);
    for (const name of ["directory", "file", "dangling"]) {
      for (const flags of [L_O_RDONLY, L_O_WRONLY, L_O_RDWR])
        await expect(client.open(name, flags), name).rejects.toThrow(/ELOOP/);
      await expect(client.create(name, "x", { flags: L_O_RDWR }), name).rejects.toThrow(/ELOOP/);
    }
    const directory = await client.walk("directory");
    await expect(client.create("new", "x", { dir: directory })).rejects.toThrow(/ENOTDIR/);
    await expect(client.rpc("Tunlinkat", { dirfid: directory, name: "secret", flags: 0 })).rejects.toThrow(
      /ENOTDIR/,
    );
    const mode = statSync(path.join(outside, "secret")).mode;
    const file = await client.walk("file");
    await expect(
      client.rpc("Tsetattr", { ...NO_CHANGE, fid: file, valid: SETATTR_MODE, mode: 0o777 }),
    ).rejects.toThrow(/EOPNOTSUPP/);
    expect(statSync(path.join(outside, "secret")).mode).toBe(mode);
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  it("CVE-2017-7493: the server's own files about files", async () => {
    // There are none: whatever a client calls its files, they are just files, and nothing else appears.
    for (const name of [".virtfs_metadata", ".virtfs_metadata_root", ".ninep"]) await client.put(name, "x");
    await client.rpc("Tsetattr", { ...NO_CHANGE, fid: 0, valid: SETATTR_MODE, mode: 0o755 });
    expect(readdirSync(inside(".")).sort()).toEqual([".ninep", ".virtfs_metadata", ".virtfs_metadata_root"]);
    expect(readFileSync(inside(".virtfs_metadata"), "utf8")).toBe("x");
  });
});

describe("CVE-2020-35517 and CVE-2023-2861: what is no file or directory is not opened", () => {
  it("a FIFO, a socket, and what the client itself has made", async () => {
    execFileSync("mkfifo", [inside("fifo")]);
    const server = net.createServer().listen(inside("socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    await client.rpc("Tmknod", {
      dfid: 0,
      name: "own",
      mode: S_IFIFO | 0o666,
      major: 0,
      minor: 0,
      gid: NO_ID,
    });
    let connected = false;
    server.on("connection", () => (connected = true));
    for (const name of ["fifo", "socket", "own"]) {
      for (const flags of [L_O_RDONLY, L_O_WRONLY, L_O_RDWR]) {
        await expect(client.open(name, flags), name).rejects.toThrow(/ENXIO/);
        await expect(client.create(name, "", { flags }), name).rejects.toThrow(/ENXIO/);
      }
    }
    expect(connected).toBe(false);
    await new Promise((resolve) => server.close(resolve));
  });

  it.runIf(hasCapability("CAP_MKNOD"))("a device", async () => {
    // Major 1, minor 3: /dev/null would swallow what is written to it.
    execFileSync("mknod", [inside("null"), "c", "1", "3"]);
    for (const flags of [L_O_RDONLY, L_O_WRONLY, L_O_RDWR])
      await expect(client.open("null", flags)).rejects.toThrow(/ENXIO/);
  });
});

describe("extended attributes", () => {
  const create = (fid: number, size: bigint) => ({ fid, name: "user.a", size, flags: 0 });

  it("CVE-2016-9103 and CVE-2017-15038: no memory of the server in a value never written", async () => {
    await client.put("file");
    const fid = await client.walk("file");
    await client.rpc("Txattrcreate", create(fid, 100n));
    await expect(client.rpc("Tread", { fid, offset: 0n, count: 100 })).rejects.toThrow(/EBADF/);
    await client.rpc("Twrite", { fid, offset: 0n, data: Buffer.from("ab") });
    await expect(client.clunk(fid)).rejects.toThrow(/EINVAL/);
    const read = client.newFid();
    await expect(
      client.rpc("Txattrwalk", { fid: await client.walk("file"), newfid: read, name: "user.a" }),
    ).rejects.toThrow(/ENODATA/);
  });

  it("CVE-2016-9104: offsets that overflow", async () => {
    await client.put("file");
    const fid = await client.walk("file");
    await client.rpc("Txattrcreate", create(fid, 10n));
    for (const offset of [1n, 10n, (1n << 32n) - 1n, (1n << 63n) - 1n, (1n << 64n) - 1n]) {
      const data = Buffer.from("0123456789");
      await expect(client.rpc("Twrite", { fid, offset, data }), String(offset)).rejects.toThrow(/EINVAL/);
    }
    await client.rpc("Twrite", { fid, offset: 0n, data: Buffer.from("0123456789") });
    await client.clunk(fid);
    const newfid = client.newFid();
    await client.rpc("Txattrwalk", { fid: await client.walk("file"), newfid, name: "user.a" });
    for (const offset of [10n, (1n << 32n) - 1n, (1n << 63n) - 1n, (1n << 64n) - 1n]) {
      const { data } = await client.rpc("Tread", { fid: newfid, offset, count: 100 });
      expect(data.length, String(offset)).toBe(0);
    }
  });

  it("CVE-2016-9102: a second Txattrcreate on one fid leaks nothing", async () => {
    await client.put("file");
    const fid = await client.walk("file");
    await client.rpc("Txattrcreate", create(fid, 65536n));
    await repeat(20_000, async () => {
      await expect(client.rpc("Txattrcreate", create(fid, 65536n))).rejects.toThrow(/EBUSY/);
    });
  });
});

describe("memory and descriptors that pile up", () => {
  it(
    "CVE-2016-8577, CVE-2016-9105, CVE-2016-9106 and CVE-2017-8086: reads, links, writes and lists, again and again",
    { timeout: 120_000 },
    async () => {
      symlinkSync("x".repeat(4000), inside("link"));
      const link = await client.walk("link");
      await repeat(3000, async (round) => {
        await client.rpc("Treadlink", { fid: link });
        await client.rpc("Tlink", { dfid: 0, fid: link, name: `l${round}` });
        const fid = await client.create(`f${round % 10}`, "some text", { flags: L_O_RDWR });
        const attribute = await client.clone(0);
        await client.rpc("Txattrcreate", {
          fid: attribute,
          name: "user.a",
          size: 60_000n,
          flags: XATTR_CREATE,
        });
        // Clunked before it is whole.
        await client.clunk(attribute).catch(() => undefined);
        const newfid = client.newFid();
        await client.rpc("Txattrwalk", { fid, newfid, name: "" });
        await client.clunk(newfid);
        await client.rpc("Tclunk", { fid });
      });
      expect(session.fidCount).toBe(2);
    },
  );

  it("CVE-2020-10717: a client that opens more than there are descriptors", async () => {
    const before = descriptors();
    const [held, greedy] = await connect(undefined, new FdCache(64));
    const fids: number[] = [];
    for (let i = 0; i < 3000; i++) fids.push(await greedy.create(`f${i}`, `text ${i}`));
    expect(held.fidCount).toBe(3001);
    expect(descriptors()).toBeLessThanOrEqual(before + 64);
    // Removed files stay open for whoever has them. There is a bound on those too, but none is lost.
    const removed = await Promise.all(
      fids.map((_, i) =>
        greedy.rpc("Tunlinkat", { dirfid: 0, name: `f${i}`, flags: 0 }).then(
          () => true,
          (error: unknown) => {
            expect(String(error)).toContain("ENFILE");
            return false;
          },
        ),
      ),
    );
    expect(new Set(removed)).toEqual(new Set([true, false]));
    for (const [i, fid] of fids.entries()) {
      const { data } = await greedy.rpc("Tread", { fid, offset: 0n, count: 100 });
      expect(Buffer.from(data).toString()).toBe(`text ${i}`);
    }
    expect(descriptors()).toBeLessThanOrEqual(before + 64);
    await held.close();
    expect(descriptors()).toBeLessThanOrEqual(before + 1);
  });
});

it("CVE-2018-19364, CVE-2018-19489 and CVE-2021-20181: a fid's path while another request changes it", async () => {
  // Paths are not what fids are made of. Two requests at once on one fid: see fid-race.test.ts of the server.
  mkdirSync(inside("a/b/c"), { recursive: true });
  const deep = await client.walk("a/b/c");
  const work: Promise<unknown>[] = [];
  for (let i = 0; i < 500; i++) {
    const [from, to] = i % 2 ? ["z", "a"] : ["a", "z"];
    work.push(client.rpc("Trenameat", { olddirfid: 0, oldname: from, newdirfid: 0, newname: to }));
    work.push(client.rpc("Tgetattr", { fid: deep, mask: 0n }));
    work.push(client.create(`f${i}`, "", { dir: deep, flags: L_O_RDWR | L_O_EXCL }));
  }
  await Promise.all(work);
  expect(readdirSync(inside("a/b/c")).length).toBe(500);
});

it.runIf(hasCapability("CAP_SETFCAP"))(
  "CVE-2021-20263: a program loses its capabilities when it is written to",
  async () => {
    writeFileSync(inside("program"), "text", { mode: 0o777 });
    const fd = openat(AT_FDCWD, inside("program"), O_RDONLY);
    try {
      // struct vfs_cap_data: revision 2, CAP_NET_RAW permitted (linux/capability.h).
      const value = Buffer.from("0100000200200000000000000000000000000000", "hex");
      setXattr(fd, "security.capability", value, 0);
      expect(Buffer.from(getXattr(fd, "security.capability"))).toEqual(value);
      const fid = await client.open("program", L_O_WRONLY);
      await client.write(fid, "evil");
      expect(() => getXattr(fd, "security.capability")).toThrow(/ENODATA/);
    } finally {
      close(fd);
    }
  },
);

it.runIf(hasCapability("CAP_CHOWN"))(
  "CVE-2022-0358: no program takes the group of a set-group-ID directory along",
  async () => {
    mkdirSync(inside("group"));
    execFileSync("chown", ["0:4242", inside("group")]);
    execFileSync("chmod", ["2777", inside("group")]);
    const [other, user] = await connect(1000);
    const dir = await user.walk("group");
    for (const [name, mode, kept] of [
      ["program", 0o2755, false],
      ["locked", 0o2644, true],
    ] as const) {
      const fid = await user.clone(dir);
      await user.rpc("Tlcreate", { fid, name, flags: L_O_RDWR, mode, gid: 4242 });
      expect(statSync(inside(`group/${name}`)).uid).toBe(1000);
      expect(statSync(inside(`group/${name}`)).gid).toBe(4242);
      expect((statSync(inside(`group/${name}`)).mode & S_ISGID) !== 0, name).toBe(kept);
    }
    await user.rpc("Tmknod", { dfid: dir, name: "node", mode: 0o102755, major: 0, minor: 0, gid: 4242 });
    expect(statSync(inside("group/node")).mode & S_ISGID).toBe(0);
    await user.rpc("Tmkdir", { dfid: dir, name: "directory", mode: 0o2755, gid: 4242 });
    expect(statSync(inside("group/directory")).mode & S_ISGID).toBe(S_ISGID);
    await other.close();
  },
);

it("diod: an aname is no path beyond the export", async () => {
  for (const aname of ["../outside", "/etc", outside]) {
    // A HostFs is one tree, whatever the aname; ninepd chooses by it (command.test.ts).
    const fid = client.newFid();
    await client.rpc("Tattach", { fid, afid: NOFID, uname: "", aname, nUname: 0 });
    await expect(client.walk("secret", fid)).rejects.toThrow(/ENOENT/);
  }
  expect(existsSync(inside("secret"))).toBe(false);
});

const TIME = { sec: 0n, nsec: 0n };
const NO_CHANGE = { valid: 0, mode: 0, uid: 0, gid: 0, size: 0n, atime: TIME, mtime: TIME };
