import { GETATTR_ALL, L_O_RDONLY, L_O_RDWR, LOCK_TYPE_RDLCK, NO_ID } from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import type { TreeClient } from "./tree-client.js";

/** One of every request that works on a fid, given `fid`. */
function requests(client: TreeClient, fid: number): Promise<unknown>[] {
  const time = { sec: 0n, nsec: 0n };
  const range = { type: LOCK_TYPE_RDLCK, start: 0n, length: 1n, procId: 1, clientId: "c" };
  const dfid = client.root;
  const newfid = client.newFid();
  const create = { name: "x", mode: 0o644, gid: NO_ID };
  return [
    client.rpc("Twalk", { fid, newfid, names: [] }),
    client.rpc("Tlopen", { fid, flags: L_O_RDONLY }),
    client.rpc("Tlcreate", { fid, flags: L_O_RDWR, ...create }),
    client.rpc("Tmkdir", { dfid: fid, ...create }),
    client.rpc("Tsymlink", { dfid: fid, name: "x", target: "y", gid: NO_ID }),
    client.rpc("Tmknod", { dfid: fid, ...create, major: 0, minor: 0 }),
    client.rpc("Tlink", { dfid: fid, fid: client.root, name: "x" }),
    client.rpc("Tlink", { dfid, fid, name: "x" }),
    client.rpc("Tunlinkat", { dirfid: fid, name: "x", flags: 0 }),
    client.rpc("Trenameat", { olddirfid: fid, oldname: "x", newdirfid: dfid, newname: "y" }),
    client.rpc("Trenameat", { olddirfid: dfid, oldname: "x", newdirfid: fid, newname: "y" }),
    client.rpc("Trename", { fid, dfid, name: "x" }),
    client.rpc("Trename", { fid: dfid, dfid: fid, name: "x" }),
    client.rpc("Treadlink", { fid }),
    client.rpc("Tgetattr", { fid, mask: GETATTR_ALL }),
    client.rpc("Tsetattr", { fid, valid: 0, mode: 0, uid: 0, gid: 0, size: 0n, atime: time, mtime: time }),
    client.rpc("Tstatfs", { fid }),
    client.rpc("Txattrwalk", { fid, newfid, name: "" }),
    client.rpc("Txattrcreate", { fid, name: "user.x", size: 0n, flags: 0 }),
    client.rpc("Treaddir", { fid, offset: 0n, count: 100 }),
    client.rpc("Tfsync", { fid, datasync: 0 }),
    client.rpc("Tlock", { fid, flags: 0, ...range }),
    client.rpc("Tgetlock", { fid, ...range }),
    client.rpc("Tread", { fid, offset: 0n, count: 1 }),
    client.rpc("Twrite", { fid, offset: 0n, data: new Uint8Array(1) }),
    client.rpc("Tremove", { fid }),
    client.rpc("Tclunk", { fid }),
  ];
}

/** When a fid is one and when it is none. */
export const fidTests: Family = {
  title: "fids",
  define(test) {
    test("every request on a fid that is not in use is EBADF", async ({ client }) => {
      await Promise.all(requests(client, 4711).map((request) => fails(request, "EBADF")));
      equal(await client.list(), [], "the names");
    });

    test("a clunked fid is gone and its number free", async ({ client }) => {
      const fid = await client.create("file", "text");
      await client.clunk(fid);
      await Promise.all(requests(client, fid).map((request) => fails(request, "EBADF")));
      await client.rpc("Twalk", { fid: client.root, newfid: fid, names: ["file"] });
    });

    test("the root can be clunked and attached again", async ({ client }) => {
      const file = await client.create("file", "text");
      await client.clunk(client.root);
      await fails(client.attr(client.root), "EBADF");
      equal(await client.text(file), "text", "what another fid still reads");
      await client.attach();
      equal(await client.list(), ["file"], "the names");
    });

    test("I/O on a fid that is not open is EBADF", async ({ client }) => {
      await client.put("file", "text");
      const fid = await client.walk("file");
      await fails(client.read(fid), "EBADF");
      await fails(client.write(fid, "x"), "EBADF");
      await fails(client.rpc("Tfsync", { fid, datasync: 0 }), "EBADF");
      await fails(client.entries(client.root), "EBADF");
    });

    test("an open fid cannot be opened again or create", async ({ client }) => {
      const file = await client.create("file", "text");
      await fails(client.rpc("Tlopen", { fid: file, flags: L_O_RDONLY }), "EBUSY", "EBADF", "EINVAL");
      const dir = await client.open([]);
      const create = { fid: dir, name: "x", flags: L_O_RDWR, mode: 0o644, gid: NO_ID };
      await fails(client.rpc("Tlcreate", create), "EBUSY", "EBADF", "EINVAL");
      equal(await client.text(file), "text", "what the open fid reads");
      equal(await client.list(), ["file"], "the names");
    });

    test("a failed Tlopen leaves the fid unopened and usable", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await fails(client.rpc("Tlopen", { fid: dir, flags: L_O_RDWR }), "EISDIR");
      await client.rpc("Tlopen", { fid: dir, flags: L_O_RDONLY });
      await client.entries(dir);
    });

    test("a failed Tlcreate leaves the fid on the directory", async ({ client }) => {
      await client.put("file");
      const fid = await client.clone(client.root);
      const create = { fid, name: "file", flags: L_O_RDWR | 0o200, mode: 0o644, gid: NO_ID };
      await fails(client.rpc("Tlcreate", create), "EEXIST");
      await client.walk("file", fid);
    });

    test("Tremove takes the fid even when it fails", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.put("file", "", dir);
      await fails(client.rpc("Tremove", { fid: dir }), "ENOTEMPTY");
      await fails(client.attr(dir), "EBADF");
      check(await client.exists("dir"), "the directory to stay");
    });

    test("Tremove removes files and empty directories", async ({ client }) => {
      await client.put("file");
      await client.mkdir("dir");
      for (const name of ["file", "dir"]) {
        const fid = await client.walk(name);
        await client.rpc("Tremove", { fid });
        await fails(client.attr(fid), "EBADF");
      }
      equal(await client.list(), [], "the names");
    });

    test("Tremove of the root fails", async ({ client }) => {
      const fid = await client.clone(client.root);
      await fails(client.rpc("Tremove", { fid }), "EBUSY", "EPERM", "EACCES", "EINVAL");
      await client.attr(client.root);
    });

    test("Tremove of what is removed already is ENOENT", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      await client.unlink("file");
      await fails(client.rpc("Tremove", { fid }), "ENOENT", "ESTALE");
    });

    test("many fids on one file are independent", async ({ client }) => {
      await client.put("file", "text");
      const fids: number[] = [];
      for (let i = 0; i < 1000; i++) fids.push(await client.walk("file"));
      for (const fid of fids.filter((_, i) => i % 2 === 0)) await client.clunk(fid);
      for (const fid of fids.filter((_, i) => i % 2 === 1)) {
        await client.rpc("Tlopen", { fid, flags: L_O_RDONLY });
        equal(await client.text(fid), "text", `what fid ${fid} reads`);
        await client.clunk(fid);
      }
    });

    test("fids left over are cleaned up with the session", async ({ client }) => {
      await client.put("file");
      for (let i = 0; i < 200; i++) {
        await client.walk("file");
        await client.open("file");
      }
    });
  },
};
