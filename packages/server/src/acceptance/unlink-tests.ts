import { L_O_RDONLY, L_O_RDWR, SETATTR_MODE, SETATTR_SIZE, UNLINKAT_REMOVEDIR } from "@ninep/wire";
import { equal, fails } from "./check.js";
import type { Family } from "./suite.js";

/** Fids that outlive the name of their file. */
export const unlinkTests: Family = {
  title: "unlinked files",
  define(test) {
    test("unlink removes the name", async ({ client }) => {
      await client.put("file");
      await client.unlink("file");
      await fails(client.walk("file"), "ENOENT");
      equal(await client.list(), [], "the names");
    });

    test("an open file can be read and written on", async ({ client }) => {
      const fid = await client.create("file", "text");
      await client.unlink("file");
      equal(await client.text(fid), "text", "what it reads");
      await client.write(fid, " and more", 4n);
      equal(await client.text(fid), "text and more", "what it reads");
      await client.rpc("Tfsync", { fid, datasync: 0 });
    });

    test("fstat, ftruncate and fchmod of an open file", async ({ client }) => {
      const fid = await client.create("file", "text");
      await client.unlink("file");
      await client.setattr(fid, { valid: SETATTR_SIZE, size: 2n });
      await client.setattr(fid, { valid: SETATTR_MODE, mode: 0o600 });
      const attr = await client.attr(fid);
      equal([attr.nlink, attr.size, attr.mode & 0o777], [0n, 2n, 0o600], "nlink, size and mode");
      equal(await client.text(fid), "te", "what it reads");
    });

    test("fstat of a file unlinked by another session", async ({ client, connect }) => {
      const other = await connect();
      const fid = await client.create("file", "text");
      const walked = await client.walk("file");
      await other.unlink("file");
      equal((await client.attr(fid)).nlink, 0n, "nlink of the open fid");
      equal((await client.attr(walked)).nlink, 0n, "nlink of the unopened fid");
      equal(await client.text(fid), "text", "what it reads");
    });

    test("an unopened fid keeps its file, not what takes the name", async ({ client }) => {
      await client.put("file", "old");
      const fid = await client.walk("file");
      const before = await client.attr(fid);
      await client.unlink("file");
      await client.put("file", "newer");
      const after = await client.attr(fid);
      equal([after.qid.path, after.size], [before.qid.path, 3n], "qid.path and size");
      const fresh = await client.attr(await client.walk("file"));
      if (fresh.qid.path === before.qid.path)
        throw new Error("expected the new file to have a path of its own");
      await client.setattr(fid, { valid: SETATTR_SIZE, size: 1n });
      await client.setattr(fid, { valid: SETATTR_MODE, mode: 0o600 });
      equal(await client.textOf("file"), "newer", "what the new file reads");
      equal((await client.attr(fid)).size, 1n, "the size of the old file");
    });

    test("a clone of an open fid on an unlinked file", async ({ client }) => {
      const fid = await client.create("file", "text");
      await client.unlink("file");
      equal((await client.attr(await client.clone(fid))).size, 4n, "the size");
    });

    test("Tremove through one fid leaves the open other one", async ({ client }) => {
      const fid = await client.create("file", "text");
      await client.rpc("Tremove", { fid: await client.walk("file") });
      equal(await client.text(fid), "text", "what it reads");
      const itself = await client.create("file", "text");
      await client.rpc("Tremove", { fid: itself });
      equal(await client.list(), [], "the names");
    });

    test("a file whose directories are gone too", async ({ client }) => {
      const outer = await client.mkdir("outer");
      const inner = await client.mkdir("inner", outer);
      const fid = await client.create("file", "text", { dir: inner });
      await client.unlink("file", inner);
      await client.unlink("inner", outer, UNLINKAT_REMOVEDIR);
      await client.unlink("outer", client.root, UNLINKAT_REMOVEDIR);
      await client.write(fid, "T");
      equal(await client.text(fid), "Text", "what it reads");
      equal((await client.attr(fid)).size, 4n, "the size");
    });

    test(
      "500 files made, opened, unlinked and still held",
      async ({ client }) => {
        const fids: number[] = [];
        for (let i = 0; i < 500; i++) {
          fids.push(await client.create("file", `content ${i}`));
          await client.unlink("file");
        }
        for (const [i, fid] of fids.entries()) equal(await client.text(fid), `content ${i}`, `file ${i}`);
        for (const fid of fids) await client.clunk(fid);
      },
      "heldFiles",
    );

    test("a file made again and again is always new", async ({ client }) => {
      for (let i = 0; i < 50; i++) {
        const fid = await client.create("file", `${i}`);
        const reader = await client.open("file", L_O_RDONLY);
        await client.unlink("file");
        await client.put("file", "other");
        equal(await client.text(reader), `${i}`, "what the old fid reads");
        await client.clunk(fid);
        await client.clunk(reader);
        const fresh = await client.open("file", L_O_RDWR);
        equal(await client.text(fresh), "other", "what a new fid reads");
        await client.clunk(fresh);
        await client.unlink("file");
      }
    });
  },
};
