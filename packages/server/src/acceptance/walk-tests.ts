import { L_O_RDONLY, MAX_WALK_NAMES, NOFID, QTDIR, QTFILE } from "@ninep/wire";
import { equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import type { TreeClient } from "./tree-client.js";

/** Makes d0/d1/…, `depth` deep. */
async function mkdirs(client: TreeClient, depth: number): Promise<string[]> {
  const names = Array.from({ length: depth }, (_, i) => `d${i}`);
  let at = client.root;
  for (const name of names) at = await client.mkdir(name, at);
  return names;
}

/** Twalk (walk(5)). */
export const walkTests: Family = {
  title: "walk",
  define(test) {
    test("qids say what each name is", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.put("file", "", dir);
      const newfid = client.newFid();
      const { qids } = await client.rpc("Twalk", { fid: client.root, newfid, names: ["dir", "file"] });
      equal(
        qids.map(({ type }) => type),
        [QTDIR, QTFILE],
        "the types",
      );
      equal(qids[0]!.path, (await client.attr(dir)).qid.path, "the directory's qid.path");
      equal(qids[1]!.path, (await client.attr(newfid)).qid.path, "the file's qid.path");
    });

    test("a missing first name is ENOENT and makes no fid", async ({ client }) => {
      const newfid = client.newFid();
      await fails(client.rpc("Twalk", { fid: client.root, newfid, names: ["no"] }), "ENOENT");
      await fails(client.rpc("Twalk", { fid: client.root, newfid, names: ["no", "no"] }), "ENOENT");
      await fails(client.attr(newfid), "EBADF");
    });

    test("a later missing name gives a short Rwalk and no fid", async ({ client }) => {
      await mkdirs(client, 2);
      const newfid = client.newFid();
      const names = ["d0", "d1", "no", "no"];
      const { qids } = await client.rpc("Twalk", { fid: client.root, newfid, names });
      equal(qids.length, 2, "the qids");
      await fails(client.attr(newfid), "EBADF");
      // So the number is still free.
      await client.rpc("Twalk", { fid: client.root, newfid, names: ["d0"] });
    });

    test("a walk through a file stops at it", async ({ client }) => {
      await client.put("file");
      const file = await client.walk("file");
      await fails(client.walk("x", file), "ENOTDIR");
      const newfid = client.newFid();
      const { qids } = await client.rpc("Twalk", { fid: client.root, newfid, names: ["file", "x"] });
      equal(qids.length, 1, "the qids");
      await fails(client.attr(newfid), "EBADF");
    });

    test(
      "a walk through a symlink stops at it: the client follows",
      async ({ client }) => {
        await client.mkdir("dir");
        await client.symlink("link", "dir");
        const names = ["link", "x"];
        const { qids } = await client.rpc("Twalk", { fid: client.root, newfid: client.newFid(), names });
        equal(qids.length, 1, "the qids");
      },
      "symlinks",
    );

    test("no names clone the fid", async ({ client }) => {
      const dir = await client.mkdir("dir");
      const newfid = client.newFid();
      const { qids } = await client.rpc("Twalk", { fid: dir, newfid, names: [] });
      equal(qids, [], "the qids");
      equal((await client.attr(newfid)).qid.path, (await client.attr(dir)).qid.path, "qid.path");
      await client.clunk(dir);
      await client.attr(newfid);
    });

    test("newfid may be fid, which then moves", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.put("file", "text", dir);
      const fid = await client.clone(client.root);
      await client.rpc("Twalk", { fid, newfid: fid, names: ["dir", "file"] });
      await client.rpc("Tlopen", { fid, flags: L_O_RDONLY });
      equal(await client.text(fid), "text", "what the moved fid reads");
    });

    test("newfid is fid: a failed or short walk leaves it where it was", async ({ client }) => {
      await client.mkdir("dir");
      const fid = await client.clone(client.root);
      await fails(client.rpc("Twalk", { fid, newfid: fid, names: ["no"] }), "ENOENT");
      await client.rpc("Twalk", { fid, newfid: fid, names: ["dir", "no"] });
      equal((await client.attr(fid)).qid.path, (await client.attr(client.root)).qid.path, "qid.path");
      await client.rpc("Twalk", { fid, newfid: fid, names: [] });
      await client.attr(fid);
    });

    test("newfid in use is EBADF and stays what it is", async ({ client }) => {
      await client.put("file");
      const dir = await client.mkdir("dir");
      const before = await client.attr(dir);
      await fails(client.rpc("Twalk", { fid: client.root, newfid: dir, names: ["file"] }), "EBADF");
      equal((await client.attr(dir)).qid.path, before.qid.path, "qid.path");
    });

    test("from a fid that is not in use is EBADF, also with no names", async ({ client }) => {
      const unused = client.newFid();
      await fails(client.rpc("Twalk", { fid: unused, newfid: client.newFid(), names: ["x"] }), "EBADF");
      await fails(client.rpc("Twalk", { fid: unused, newfid: unused, names: [] }), "EBADF");
    });

    test("NOFID is not a fid", async ({ client }) => {
      await fails(client.rpc("Twalk", { fid: client.root, newfid: NOFID, names: [] }), "EINVAL", "EBADF");
    });

    test("fids may be any other number", async ({ client }) => {
      await client.put("file", "text");
      for (const newfid of [NOFID - 1, 0x80000000, 0x7fffffff, 65536, 12345678]) {
        await client.rpc("Twalk", { fid: client.root, newfid, names: ["file"] });
        await client.rpc("Tlopen", { fid: newfid, flags: L_O_RDONLY });
        equal(await client.text(newfid), "text", `what fid ${newfid} reads`);
      }
    });

    test(`${MAX_WALK_NAMES} names are fine and more are not`, async ({ client }) => {
      const names = await mkdirs(client, MAX_WALK_NAMES + 1);
      const deep = await client.walk(names.slice(0, MAX_WALK_NAMES));
      await fails(client.walk(names), "EINVAL");
      await client.walk(names[MAX_WALK_NAMES]!, deep);
    });

    test("an open directory can be walked from, and an open file cloned", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.put("file", "text", dir);
      await client.rpc("Tlopen", { fid: dir, flags: L_O_RDONLY });
      const file = await client.open("file", L_O_RDONLY, dir);
      const again = await client.clone(file);
      await client.rpc("Tlopen", { fid: again, flags: L_O_RDONLY });
      equal(await client.text(again), "text", "what the clone reads");
    });

    test("a clone is not open", async ({ client }) => {
      const file = await client.create("file", "text");
      await fails(client.read(await client.clone(file)), "EBADF");
    });
  },
};
