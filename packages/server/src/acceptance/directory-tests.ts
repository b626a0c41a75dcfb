import { L_O_RDONLY, NO_ID, QTDIR, S_IFDIR, S_IFMT, UNLINKAT_REMOVEDIR } from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import { isErrorReply } from "./wire-client.js";

/** Tmkdir, and Tunlinkat of directories. */
export const directoryTests: Family = {
  title: "directories",
  define(test) {
    test("mkdir makes a directory with the mode asked for", async ({ client }) => {
      const { qid } = await client.rpc("Tmkdir", { dfid: client.root, name: "dir", mode: 0o750, gid: NO_ID });
      equal(qid.type, QTDIR, "the type of the qid");
      const attr = await client.attr(await client.walk("dir"));
      equal(attr.qid.path, qid.path, "qid.path");
      equal(attr.mode & S_IFMT, S_IFDIR, "the type of the file");
      equal(attr.mode & 0o777, 0o750, "the permissions");
      equal(await client.list(await client.walk("dir")), [], "the names in it");
    });

    test("mkdir over anything is EEXIST", async ({ client }) => {
      await client.mkdir("dir");
      await client.put("file");
      await fails(client.mkdir("dir"), "EEXIST");
      await fails(client.mkdir("file"), "EEXIST");
    });

    test("mkdir in a file is ENOTDIR", async ({ client }) => {
      await client.put("file");
      await fails(client.mkdir("x", await client.walk("file")), "ENOTDIR", "EROFS");
    });

    test("mkdir in an open directory works", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.rpc("Tlopen", { fid: dir, flags: L_O_RDONLY });
      await client.mkdir("below", dir);
      equal(await client.list(await client.walk("dir")), ["below"], "the names");
    });

    test("rmdir removes an empty directory", async ({ client }) => {
      await client.mkdir("dir");
      await client.unlink("dir", client.root, UNLINKAT_REMOVEDIR);
      await fails(client.walk("dir"), "ENOENT");
      equal(await client.list(), [], "the names");
    });

    test("rmdir of a directory with something in it is ENOTEMPTY", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await client.put("file", "text", dir);
      await fails(client.unlink("dir", client.root, UNLINKAT_REMOVEDIR), "ENOTEMPTY");
      equal(await client.textOf("dir/file"), "text", "what is in it");
    });

    test("rmdir of a file is ENOTDIR, unlink of a directory EISDIR", async ({ client }) => {
      await client.put("file");
      await client.mkdir("dir");
      await fails(client.unlink("file", client.root, UNLINKAT_REMOVEDIR), "ENOTDIR");
      await fails(client.unlink("dir"), "EISDIR");
      equal(await client.list(), ["dir", "file"], "the names");
    });

    test("rmdir of what is not there is ENOENT", async ({ client }) => {
      await fails(client.unlink("no", client.root, UNLINKAT_REMOVEDIR), "ENOENT");
      await fails(client.unlink("no"), "ENOENT");
    });

    test("unlink in an open directory and in a file", async ({ client }) => {
      await client.put("file");
      await fails(client.unlink("x", await client.walk("file")), "ENOTDIR", "EROFS");
      const dir = await client.open([]);
      await client.unlink("file", dir);
      equal(await client.list(), [], "the names");
    });

    test("unknown flags of Tunlinkat are EINVAL", async ({ client }) => {
      await client.put("file");
      await fails(client.unlink("file", client.root, 1), "EINVAL");
    });

    test("nlink counts subdirectories, or is 1 throughout", async ({ client }) => {
      const dir = await client.mkdir("dir");
      const empty = (await client.attr(dir)).nlink;
      await client.mkdir("one", dir);
      await client.mkdir("two", dir);
      await client.put("file", "", dir);
      const full = (await client.attr(dir)).nlink;
      // Some file systems, such as btrfs, do not count.
      check(
        full === empty + 2n || (full === 1n && empty === 1n),
        `nlink 4 after 2, not ${full} after ${empty}`,
      );
    });

    test("a removed directory stays an empty one for the fids on it", async ({ client }) => {
      const dir = await client.mkdir("dir");
      const open = await client.open("dir");
      await client.unlink("dir", client.root, UNLINKAT_REMOVEDIR);
      equal((await client.attr(dir)).mode & S_IFMT, S_IFDIR, "the type");
      await client.attr(open);
      await fails(client.mkdir("x", dir), "ENOENT", "ESTALE");
      await fails(client.create("x", "", { dir }), "ENOENT", "ESTALE");
      await fails(client.walk("x", dir), "ENOENT", "ESTALE");
      const left = await client.allEntries(open).catch((error: unknown) => {
        if (isErrorReply(error, "ENOENT", "ESTALE")) return [];
        throw error;
      });
      check(left.length <= 2, "nothing but . and ..");
    });

    test("changes in a directory show in its mtime", async ({ client }) => {
      const dir = await client.mkdir("dir");
      const old = { sec: 1000n, nsec: 0n };
      for (const change of [
        () => client.put("file", "", dir),
        () => client.rename("file", "other", dir),
        () => client.unlink("other", dir),
      ]) {
        await client.setattr(dir, { valid: 0x1b0, atime: old, mtime: old });
        await change();
        check((await client.attr(dir)).mtime.sec > 1000n, "a later mtime");
      }
    });

    test("60 directories deep, a path longer than any system call takes", async ({ client }) => {
      const name = "x".repeat(200);
      const levels = [client.root];
      for (let i = 0; i < 60; i++) levels.push(await client.mkdir(name, levels[i]));
      await client.put("file", "deep", levels[60]);
      equal(await client.textOf("file", levels[60]), "deep", "what it reads");
      // Whoever cleans up may know no way but paths.
      await client.unlink("file", levels[60]);
      for (const level of levels.slice(0, 60).reverse()) await client.unlink(name, level, UNLINKAT_REMOVEDIR);
      equal(await client.list(), [], "the names");
    });
  },
};
