import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { hasCapability } from "@ninep/linux";
import { Session } from "@ninep/server";
import { TreeClient } from "@ninep/server/acceptance";
import { L_O_RDWR, NO_ID, SETATTR_GID, SETATTR_MODE, SETATTR_UID, S_IFIFO } from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostFs } from "./host-fs.js";

let folder: string;
let session: Session;
let client: TreeClient;
let umask: number;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-owner-"));
  umask = process.umask(0o077);
});

afterEach(async () => {
  process.umask(umask);
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(uid: number): Promise<void> {
  session = new Session({ backend: new HostFs({ root: folder }) });
  client = new TreeClient(session);
  await client.version();
  await client.attach(uid);
}

/** Mode, uid and gid of what each way of making files has made, by name. */
async function make(mode: number, gid: number, dir = 0): Promise<string[]> {
  const fid = await client.clone(dir);
  await client.rpc("Tlcreate", { fid, name: "file", flags: L_O_RDWR, mode, gid });
  await client.rpc("Tmkdir", { dfid: dir, name: "directory", mode, gid });
  await client.rpc("Tmknod", { dfid: dir, name: "fifo", mode: S_IFIFO | mode, major: 0, minor: 0, gid });
  await client.rpc("Tsymlink", { dfid: dir, name: "link", target: "x", gid });
  return ["file", "directory", "fifo", "link"];
}

const modeOf = (name: string): string => (lstatSync(at(name)).mode & 0o7777).toString(8);
const ownerOf = (name: string): string => `${lstatSync(at(name)).uid}:${lstatSync(at(name)).gid}`;

describe("the mode of what a client makes", () => {
  it("is what it asks for, whatever the server's umask", async () => {
    await connect(NO_ID);
    await make(0o6775, NO_ID);
    for (const name of ["file", "directory", "fifo"]) expect(modeOf(name), name).toBe("6775");
  });
});

describe.runIf(hasCapability("CAP_CHOWN"))("the owner of what a client makes", () => {
  it("is its user, with the group that it names; set-id bits are theirs", async () => {
    await connect(1000);
    for (const name of await make(0o6755, 2000)) expect(ownerOf(name), name).toBe("1000:2000");
    for (const name of ["file", "directory", "fifo"]) expect(modeOf(name), name).toBe("6755");
  });

  it("is the server's where the client names nobody", async () => {
    await connect(NO_ID);
    const mine = `${process.getuid!()}:${process.getgid!()}`;
    for (const name of await make(0o644, NO_ID)) expect(ownerOf(name), name).toBe(mine);
  });

  it("has the group of a set-group-ID directory when the client names none", async () => {
    mkdirSync(at("group"));
    chownSync(at("group"), 0, 4242);
    chmodSync(at("group"), 0o2777);
    await connect(1000);
    const names = await make(0o755, NO_ID, await client.walk("group"));
    for (const name of names) expect(ownerOf(`group/${name}`), name).toBe("1000:4242");
    expect(statSync(at("group/file")).mode & 0o7777).toBe(0o755);
  });

  it("changes before the mode does: a new owner takes set-id bits away, a new mode brings its own", async () => {
    await connect(0);
    await make(0o4755, 0);
    const time = { sec: 0n, nsec: 0n };
    const change = {
      fid: await client.walk("file"),
      uid: 1000,
      gid: 2000,
      size: 0n,
      atime: time,
      mtime: time,
    };
    await client.rpc("Tsetattr", { ...change, valid: SETATTR_UID | SETATTR_GID, mode: 0 });
    expect([ownerOf("file"), modeOf("file")]).toEqual(["1000:2000", "755"]);
    await client.rpc("Tsetattr", { ...change, valid: SETATTR_UID | SETATTR_MODE, mode: 0o4711 });
    expect([ownerOf("file"), modeOf("file")]).toEqual(["1000:2000", "4711"]);
    const link = await client.walk("link");
    await client.rpc("Tsetattr", { ...change, fid: link, valid: SETATTR_UID | SETATTR_GID, mode: 0 });
    expect(ownerOf("link")).toBe("1000:2000");
  });
});
