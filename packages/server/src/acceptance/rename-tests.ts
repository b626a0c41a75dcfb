import { L_O_RDONLY, QTDIR, SETATTR_SIZE } from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import type { TreeClient } from "./tree-client.js";

/** Moves with Trenameat or with Trename: they do the same. */
type Move = (client: TreeClient, name: string, to: string, dir?: number, toDir?: number) => Promise<unknown>;

const ways: readonly (readonly [string, Move])[] = [
  ["Trenameat", (client, name, to, dir, toDir) => client.rename(name, to, dir, toDir)],
  [
    "Trename",
    async (client, name, to, dir = client.root, toDir = dir) => {
      const fid = await client.walk([name], dir);
      return client.rpc("Trename", { fid, dfid: toDir, name: to });
    },
  ],
];

/** Trenameat and Trename (rename(2)). */
export const renameTests: Family = {
  title: "rename",
  define(test) {
    for (const [title, move] of ways) {
      test(`${title}: within a directory`, async ({ client }) => {
        await client.put("a", "text");
        const { qid } = await client.attr(await client.walk("a"));
        await move(client, "a", "b");
        equal(await client.list(), ["b"], "the names");
        equal(await client.textOf("b"), "text", "what it reads");
        equal((await client.attr(await client.walk("b"))).qid.path, qid.path, "qid.path");
      });

      test(`${title}: to another directory`, async ({ client }) => {
        const [from, to] = [await client.mkdir("from"), await client.mkdir("to")];
        await client.put("a", "text", from);
        await move(client, "a", "b", from, to);
        equal([await client.list(from), await client.list(to)], [[], ["b"]], "the names");
        equal(await client.textOf("to/b"), "text", "what it reads");
      });

      test(`${title}: over a file`, async ({ client }) => {
        await client.put("a", "new");
        await client.put("b", "old");
        const old = await client.open("b");
        await move(client, "a", "b");
        equal(await client.list(), ["b"], "the names");
        equal(await client.textOf("b"), "new", "what the name reads");
        equal(await client.text(old), "old", "what the fid on the old file reads");
        equal((await client.attr(old)).nlink, 0n, "nlink of the old file");
      });

      test(`${title}: to its own name`, async ({ client }) => {
        await client.put("a", "text");
        await move(client, "a", "a");
        equal(await client.textOf("a"), "text", "what it reads");
      });

      test(`${title}: a directory with files and fids below it`, async ({ client }) => {
        const dir = await client.mkdir("dir");
        const sub = await client.mkdir("sub", dir);
        const open = await client.create("file", "text", { dir: sub });
        const walked = await client.walk("file", sub);
        const other = await client.mkdir("other");
        await move(client, "dir", "moved", client.root, other);
        equal(await client.text(open), "text", "what the open fid reads");
        equal((await client.attr(walked)).size, 4n, "the size from the unopened fid");
        await client.rpc("Tlopen", { fid: walked, flags: L_O_RDONLY });
        equal(await client.text(walked), "text", "what the unopened fid reads once opened");
        await client.put("new", "", sub);
        equal(await client.list(await client.walk("other/moved/sub")), ["file", "new"], "the names");
        await client.unlink("file", sub);
        equal(await client.list(sub), ["new"], "the names from the old fid");
        equal(await client.list(), ["other"], "the names in the root");
      });

      test(`${title}: a directory over an empty one`, async ({ client }) => {
        await client.put("file", "", await client.mkdir("a"));
        await client.mkdir("b");
        await move(client, "a", "b");
        equal(await client.list(), ["b"], "the names");
        equal(await client.list(await client.walk("b")), ["file"], "the names in it");
      });

      test(`${title}: what rename(2) refuses`, async ({ client }) => {
        const dir = await client.mkdir("dir");
        const sub = await client.mkdir("sub", dir);
        await client.mkdir("empty");
        await client.put("file", "text");
        await fails(move(client, "no", "x"), "ENOENT");
        await fails(move(client, "empty", "dir"), "ENOTEMPTY", "EEXIST");
        await fails(move(client, "empty", "file"), "ENOTDIR");
        await fails(move(client, "file", "empty"), "EISDIR");
        await fails(move(client, "dir", "x", client.root, sub), "EINVAL");
        await fails(move(client, "dir", "x", client.root, dir), "EINVAL");
        await fails(move(client, "sub", "dir", dir, client.root), "ENOTEMPTY", "EEXIST");
        const file = await client.walk("file");
        await fails(move(client, "empty", "x", client.root, file), "ENOTDIR");
        equal(await client.list(), ["dir", "empty", "file"], "the names");
        equal(await client.textOf("file"), "text", "what the file reads");
      });
    }

    test("fids on a renamed file go with it", async ({ client }) => {
      const open = await client.create("a", "text");
      const walked = await client.walk("a");
      await client.rename("a", "b");
      await client.put("a", "another");
      equal(await client.text(open), "text", "what the open fid reads");
      await client.setattr(walked, { valid: SETATTR_SIZE, size: 2n });
      equal((await client.attr(open)).size, 2n, "the size");
      await client.rpc("Tlopen", { fid: walked, flags: L_O_RDONLY });
      equal(await client.text(walked), "te", "what the unopened fid reads once opened");
      equal(await client.textOf("a"), "another", "what the new file reads");
    });

    test("a fid of a renamed file removes the file, not what has its old name", async ({ client }) => {
      await client.put("a", "moved");
      const fid = await client.walk("a");
      await client.rename("a", "b");
      await client.put("a", "new");
      await client.rpc("Tremove", { fid });
      equal(await client.list(), ["a"], "the names");
      equal(await client.textOf("a"), "new", "what it reads");
    });

    test("Trename by a fid that was renamed before", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.put("a", "text");
      const fid = await client.walk("a");
      for (const [name, dfid] of [
        ["b", dir],
        ["c", client.root],
        ["d", dir],
      ] as const)
        await client.rpc("Trename", { fid, dfid, name });
      equal([await client.list(), await client.list(dir)], [["dir"], ["d"]], "the names");
    });

    test("Trename of an unlinked file is ENOENT", async ({ client }) => {
      await client.put("a");
      const fid = await client.walk("a");
      await client.unlink("a");
      await fails(client.rpc("Trename", { fid, dfid: client.root, name: "b" }), "ENOENT", "ESTALE");
    });

    test("Trename of the root fails", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await fails(
        client.rpc("Trename", { fid: client.root, dfid: dir, name: "x" }),
        "EBUSY",
        "EINVAL",
        "EPERM",
        "EACCES",
      );
    });

    test("fids of another session follow too", async ({ client, connect }) => {
      const other = await connect();
      const dir = await client.mkdir("dir");
      await client.put("file", "text", dir);
      const far = await other.walk("dir/file");
      const farDir = await other.walk("dir");
      await client.rename("dir", "moved");
      equal((await other.attr(far)).size, 4n, "the size");
      await other.rpc("Tlopen", { fid: far, flags: L_O_RDONLY });
      equal(await other.text(far), "text", "what it reads");
      equal(await other.list(farDir), ["file"], "the names");
    });

    test("to a removed directory is ENOENT", async ({ client }) => {
      await client.put("a");
      const dir = await client.mkdir("dir");
      await client.unlink("dir", client.root, 0x200);
      await fails(client.rename("a", "b", client.root, dir), "ENOENT", "ESTALE");
      check(await client.exists("a"), "the file to stay");
    });

    test("by open directory fids", async ({ client }) => {
      await client.put("a", "text");
      await client.mkdir("dir");
      const [from, to] = [await client.open([]), await client.open("dir")];
      await client.rename("a", "b", from, to);
      equal(await client.textOf("dir/b"), "text", "what it reads");
    });

    test("a directory moves .. along", async ({ client }) => {
      const [a, b] = [await client.mkdir("a"), await client.mkdir("b")];
      const dir = await client.mkdir("dir", a);
      await client.rename("dir", "dir", a, b);
      const entries = await client.allEntries(await client.open([], L_O_RDONLY, dir));
      const parent = entries.find(({ name }) => name === "..");
      equal(parent?.qid.type, QTDIR, "the type of ..");
      check(parent?.qid.path !== (await client.attr(a)).qid.path, ".. not to be the old parent");
    });
  },
};
