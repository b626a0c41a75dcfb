import {
  DMDEVICE,
  DMDIR,
  DMLINK,
  DMNAMEDPIPE,
  DMSETUID,
  DMSYMLINK,
  OEXEC,
  ORCLOSE,
  ORDWR,
  OREAD,
  OTRUNC,
  OWRITE,
  QTDIR,
  QTFILE,
  QTSYMLINK,
  VERSION_9P2000,
  VERSION_9P2000_U,
} from "@ninep/wire";
import { check, equal } from "./check.js";
import { LegacyClient } from "./legacy.js";
import type { Family } from "./suite.js";

/** Topen, Tcreate and Tremove of 9P2000 and 9P2000.u. */
export const legacyFileTests: Family = {
  title: "9P2000 files",
  define(defineTest) {
    const test = (title: string, body: (legacy: LegacyClient) => Promise<void>): void => {
      for (const dialect of [VERSION_9P2000, VERSION_9P2000_U] as const) {
        defineTest(`${dialect}: ${title}`, async ({ connect }) => {
          await body(new LegacyClient(await connect(dialect), dialect));
        });
      }
    };
    const testUnix = (
      title: string,
      body: (legacy: LegacyClient) => Promise<void>,
      ...needs: ("symlinks" | "hardLinks" | "fifos" | "devices")[]
    ): void => {
      defineTest(
        `${VERSION_9P2000_U}: ${title}`,
        async ({ connect }) => {
          await body(new LegacyClient(await connect(VERSION_9P2000_U), VERSION_9P2000_U));
        },
        ...needs,
      );
    };

    test("create, write, read, clunk", async (legacy) => {
      const { client } = legacy;
      const fid = await client.clone(client.root);
      const create = { fid, name: "file", perm: 0o644, mode: ORDWR, extension: "" };
      equal((await client.rpc("Tcreate", create)).qid.type, QTFILE, "the type of the qid");
      await client.write(fid, "text");
      equal(await client.text(fid), "text", "what it reads");
      await client.clunk(fid);
      equal(await client.text(await legacy.open("file", OREAD)), "text", "what it reads once opened");
    });

    test("open modes", async (legacy) => {
      const { client } = legacy;
      await client.write(await legacy.create("file", 0o755, OWRITE), "text");
      const reading = await legacy.open("file", OREAD);
      await legacy.fails(client.write(reading, "x"), "EBADF");
      const writing = await legacy.open("file", OWRITE);
      await legacy.fails(client.read(writing), "EBADF");
      equal(await client.text(await legacy.open("file", OEXEC)), "text", "what OEXEC reads");
      const truncated = await legacy.open("file", ORDWR | OTRUNC);
      equal((await legacy.stat(truncated)).length, 0n, "the length after OTRUNC");
    });

    test("ORCLOSE removes the file at Tclunk", async (legacy) => {
      const { client } = legacy;
      await client.clunk(await legacy.create("file", 0o644, ORDWR | ORCLOSE));
      await legacy.fails(client.walk("file"), "ENOENT");
    });

    test("create of what exists is EEXIST", async (legacy) => {
      const { client } = legacy;
      await client.write(await legacy.create("file", 0o644, OWRITE), "text");
      await legacy.fails(legacy.create("file", 0o644, OREAD), "EEXIST");
      await legacy.fails(legacy.create("file", DMDIR | 0o755, OREAD), "EEXIST");
      equal(await client.text(await legacy.open("file", OREAD)), "text", "the file");
    });

    test("create of a directory opens it", async (legacy) => {
      const { client } = legacy;
      const fid = await legacy.create("dir", DMDIR | 0o755, OREAD);
      equal((await legacy.stat(fid)).qid.type, QTDIR, "the type of the qid");
      equal(await legacy.readDirectory(fid), [], "the entries");
      await legacy.create("file", 0o644, OREAD, "", await client.walk("dir"));
      equal(
        (await legacy.readDirectory(fid)).map(({ name }) => name),
        ["file"],
        "the names",
      );
    });

    test("names that are none, in Tcreate", async (legacy) => {
      for (const name of ["", ".", "..", "a/b", "a\0b"])
        await legacy.fails(legacy.create(name, 0o644, OREAD), "EINVAL");
      await legacy.fails(legacy.create("x".repeat(256), 0o644, OREAD), "ENAMETOOLONG");
    });

    test("errors are texts", async (legacy) => {
      const { client } = legacy;
      await legacy.fails(client.walk("no"), "ENOENT");
      await legacy.fails(client.rpc("Tstat", { fid: 99 }), "EBADF");
      await legacy.create("file", 0o644, OREAD);
      await legacy.fails(client.walk("x", await client.walk("file")), "ENOTDIR");
      await legacy.fails(legacy.open([], OWRITE), "EISDIR");
    });

    test("Tremove, and its fid is gone even when it fails", async (legacy) => {
      const { client } = legacy;
      await client.clunk(await legacy.create("dir", DMDIR | 0o755, OREAD));
      const dir = await client.walk("dir");
      const file = await legacy.create("file", 0o644, OREAD, "", dir);
      await legacy.fails(client.rpc("Tremove", { fid: dir }), "ENOTEMPTY");
      await legacy.fails(legacy.stat(dir), "EBADF");
      await client.rpc("Tremove", { fid: file });
      await client.rpc("Tremove", { fid: await client.walk("dir") });
      await legacy.fails(client.walk("dir"), "ENOENT");
    });

    test("messages of 9P2000.L see the same fids or none", async (legacy) => {
      const { client } = legacy;
      const fid = await legacy.create("file", 0o644, ORDWR);
      await client.write(fid, "text");
      await client.clunk(fid);
      const reader = await client.walk("file");
      await client.rpc("Topen", { fid: reader, mode: OREAD });
      equal(await client.text(reader), "text", "what it reads");
    });

    testUnix(
      "create of a symlink",
      async (legacy) => {
        const fid = await legacy.create("link", DMSYMLINK | 0o777, OREAD, "some/where");
        const { qid, mode, extension } = await legacy.stat(fid);
        equal([qid.type, extension], [QTSYMLINK, "some/where"], "type and target");
        check((mode & DMSYMLINK) !== 0, "DMSYMLINK in the mode");
        await legacy.fails(legacy.create("link", DMSYMLINK | 0o777, OREAD, "x"), "EEXIST");
        await legacy.fails(legacy.create("other", DMSYMLINK | 0o777, OREAD, ""), "EINVAL", "ENOENT");
      },
      "symlinks",
    );

    testUnix(
      "create of a hard link names the fid in its extension",
      async (legacy) => {
        const { client } = legacy;
        const fid = await legacy.create("file", 0o644, ORDWR);
        await client.write(fid, "text");
        const linked = await legacy.create("link", DMLINK | 0o777, OREAD, `${fid}\n`);
        equal((await legacy.stat(linked)).qid.path, (await legacy.stat(fid)).qid.path, "qid.path");
        equal(await client.text(await legacy.open("link", OREAD)), "text", "what it reads");
        for (const extension of ["", "99", "x", "-1"])
          await legacy.fails(legacy.create("bad", DMLINK | 0o777, OREAD, extension), "EBADF", "EINVAL");
        await legacy.fails(client.walk("bad"), "ENOENT");
      },
      "hardLinks",
    );

    testUnix(
      "create of a FIFO",
      async (legacy) => {
        const fid = await legacy.create("fifo", DMNAMEDPIPE | 0o644, OREAD);
        check(((await legacy.stat(fid)).mode & DMNAMEDPIPE) !== 0, "DMNAMEDPIPE in the mode");
        await legacy.fails(legacy.open("fifo", OREAD), "ENXIO", "EACCES", "EPERM");
      },
      "fifos",
    );

    testUnix(
      "create of a device names it in its extension",
      async (legacy) => {
        const fid = await legacy.create("null", DMDEVICE | 0o666, OREAD, "c 1 3");
        const { mode, extension } = await legacy.stat(fid);
        check((mode & DMDEVICE) !== 0, "DMDEVICE in the mode");
        equal(extension, "c 1 3", "the extension");
        for (const bad of ["", "c", "x 1 3", "c 1", "c -1 3"])
          await legacy.fails(legacy.create("bad", DMDEVICE | 0o666, OREAD, bad), "EINVAL");
      },
      "devices",
    );

    testUnix("permission bits above 0777", async (legacy) => {
      const fid = await legacy.create("file", 0o644, ORDWR);
      await legacy.wstat(fid, { mode: (DMSETUID | 0o755) >>> 0 });
      equal((await legacy.stat(fid)).mode, (DMSETUID | 0o755) >>> 0, "the mode");
    });
  },
};
