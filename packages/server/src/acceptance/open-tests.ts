import {
  L_O_APPEND,
  L_O_DIRECTORY,
  L_O_EXCL,
  L_O_NOFOLLOW,
  L_O_RDONLY,
  L_O_RDWR,
  L_O_TRUNC,
  L_O_WRONLY,
  NO_ID,
  QTDIR,
  QTFILE,
  S_IFMT,
  S_IFREG,
} from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";

/** Tlopen and Tlcreate. */
export const openTests: Family = {
  title: "open and create",
  define(test) {
    test("create makes an empty regular file with the mode asked for, and opens it", async ({ client }) => {
      const fid = await client.clone(client.root);
      const { qid } = await client.rpc("Tlcreate", {
        fid,
        name: "file",
        flags: L_O_RDWR | L_O_EXCL,
        mode: 0o640,
        gid: NO_ID,
      });
      const attr = await client.attr(fid);
      equal(qid.type, QTFILE, "the type of the qid");
      equal(attr.qid.path, qid.path, "qid.path");
      equal(attr.mode & S_IFMT, S_IFREG, "the type of the file");
      equal(attr.mode & 0o777, 0o640, "the permissions");
      equal(attr.size, 0n, "the size");
      equal(attr.nlink, 1n, "nlink");
    });

    test("create moves the fid from the directory to the file", async ({ client }) => {
      const fid = await client.create("file");
      await fails(client.walk("file", fid), "ENOTDIR");
      equal(
        (await client.attr(fid)).qid.path,
        (await client.attr(await client.walk("file"))).qid.path,
        "path",
      );
    });

    test("create with EXCL of what exists is EEXIST", async ({ client }) => {
      await client.put("file", "text");
      await client.mkdir("dir");
      await fails(client.create("file"), "EEXIST");
      await fails(client.create("dir"), "EEXIST");
      equal(await client.textOf("file"), "text", "the file");
    });

    test("create without EXCL opens a regular file that exists", async ({ client }) => {
      await client.put("file", "text");
      equal(await client.text(await client.create("file", "", { flags: L_O_RDWR })), "text", "what it reads");
      const truncated = await client.create("file", "", { flags: L_O_RDWR | L_O_TRUNC });
      equal((await client.attr(truncated)).size, 0n, "the size with TRUNC");
    });

    test("create without EXCL over a directory fails", async ({ client }) => {
      await client.mkdir("dir");
      await fails(client.create("dir", "", { flags: L_O_RDWR }), "EEXIST", "EISDIR");
    });

    test(
      "create never follows a symlink",
      async ({ client }) => {
        await client.symlink("link", "target");
        await fails(client.create("link"), "EEXIST");
        await fails(client.create("link", "", { flags: L_O_RDWR }), "EEXIST", "ELOOP");
        equal(await client.list(), ["link"], "the names");
      },
      "symlinks",
    );

    test("create in a file is ENOTDIR", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      await fails(client.create("x", "", { dir: fid }), "ENOTDIR", "EROFS");
    });

    test("what create gives with mode 0 can still be written through its fid", async ({ client }) => {
      const fid = await client.create("file", "", { mode: 0 });
      await client.write(fid, "text");
      equal(await client.text(fid), "text", "what it reads");
    });

    test("open gives the file's qid", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      const before = await client.attr(fid);
      const { qid } = await client.rpc("Tlopen", { fid, flags: L_O_RDONLY });
      equal(qid.path, before.qid.path, "qid.path");
    });

    test("access is what was asked for", async ({ client }) => {
      await client.put("file", "text");
      const reads = await client.open("file", L_O_RDONLY);
      const writes = await client.open("file", L_O_WRONLY);
      const both = await client.open("file", L_O_RDWR);
      await fails(client.write(reads, "x"), "EBADF");
      await fails(client.read(writes), "EBADF");
      await client.write(writes, "T");
      await client.write(both, "t", 3n);
      equal(await client.text(reads), "Text", "what the reader sees");
      equal(await client.text(both), "Text", "what the one with both sees");
    });

    test("TRUNC empties it", async ({ client }) => {
      await client.put("file", "text");
      const fid = await client.open("file", L_O_WRONLY | L_O_TRUNC);
      equal((await client.attr(fid)).size, 0n, "the size");
    });

    test("APPEND writes at the end, wherever the offset is", async ({ client }) => {
      await client.put("file", "text");
      const fid = await client.open("file", L_O_WRONLY | L_O_APPEND);
      await client.write(fid, "-one", 0n);
      await client.write(fid, "-two", 1n);
      equal(await client.textOf("file"), "text-one-two", "what it reads");
    });

    test("APPEND and RDWR: a page of the client's cache goes back where it belongs", async ({ client }) => {
      await client.put("file", "text");
      const fid = await client.open("file", L_O_RDWR | L_O_APPEND);
      await client.write(fid, "text-one", 0n);
      equal(await client.text(fid), "text-one", "what it reads");
    });

    test("a directory opens for reading only", async ({ client }) => {
      const dir = await client.mkdir("dir");
      for (const flags of [L_O_WRONLY, L_O_RDWR]) await fails(client.open("dir", flags), "EISDIR");
      const { qid } = await client.rpc("Tlopen", { fid: dir, flags: L_O_RDONLY | L_O_DIRECTORY });
      equal(qid.type, QTDIR, "the type of the qid");
      await fails(client.read(dir), "EISDIR");
      await fails(client.write(dir, "x"), "EBADF", "EISDIR");
    });

    test("DIRECTORY on a file is ENOTDIR", async ({ client }) => {
      await client.put("file");
      await fails(client.open("file", L_O_RDONLY | L_O_DIRECTORY), "ENOTDIR");
    });

    test(
      "a symlink does not open",
      async ({ client }) => {
        await client.put("file", "text");
        await client.symlink("link", "file");
        for (const flags of [L_O_RDONLY, L_O_RDWR, L_O_RDONLY | L_O_NOFOLLOW])
          await fails(client.open("link", flags), "ELOOP", "EACCES");
      },
      "symlinks",
    );

    test("flags that are the client's own affair do no harm", async ({ client }) => {
      await client.put("file", "text");
      // NONBLOCK, NOCTTY, FASYNC, DIRECT, LARGEFILE, CLOEXEC.
      for (const flag of [0o4000, 0o400, 0o20000, 0o40000, 0o100000, 0o2000000]) {
        const fid = await client.open("file", L_O_RDONLY | flag);
        equal(await client.text(fid), "text", `what it reads with 0${flag.toString(8)}`);
      }
    });

    test("every open of a file is its own", async ({ client, connect }) => {
      const other = await connect();
      await client.put("file", "text");
      const [first, second] = [await client.open("file"), await client.open("file", L_O_RDWR)];
      const third = await other.open("file");
      await client.clunk(first);
      await client.write(second, "T");
      equal(await other.text(third), "Text", "what another session reads");
      check((await client.text(second)) === "Text", "the second open to work on");
    });
  },
};
