import {
  L_O_RDWR,
  QTFILE,
  QTSYMLINK,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  NO_ID,
  encodeText,
} from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";

/** Tlink, Tsymlink, Treadlink. */
export const linkTests: Family = {
  title: "links",
  define(test) {
    test(
      "a hard link is the same file by another name",
      async ({ client }) => {
        const dir = await client.mkdir("dir");
        const fid = await client.create("a", "text");
        await client.link(fid, "b", dir);
        const linked = await client.walk("dir/b");
        const [one, two] = [await client.attr(fid), await client.attr(linked)];
        equal([one.nlink, two.nlink], [2n, 2n], "nlink");
        equal(one.qid.path, two.qid.path, "qid.path");
        await client.write(fid, "T");
        equal(await client.textOf("dir/b"), "Text", "what the other name reads");
        await new Promise((resolve) => setTimeout(resolve, 20));
        await client.unlink("a");
        const { ctime } = await client.attr(linked);
        check(ctime.sec > two.ctime.sec || ctime.nsec !== two.ctime.nsec, "another ctime after an unlink");
        equal((await client.attr(linked)).nlink, 1n, "nlink after an unlink");
        equal(await client.textOf("dir/b"), "Text", "what the name left reads");
        equal((await client.attr(fid)).nlink, 1n, "nlink from the fid of the other name");
      },
      "hardLinks",
    );

    test(
      "link over anything is EEXIST, of a directory EPERM",
      async ({ client }) => {
        await client.put("a");
        await client.put("b");
        const dir = await client.mkdir("dir");
        const fid = await client.walk("a");
        await fails(client.link(fid, "b"), "EEXIST");
        await fails(client.link(fid, "a"), "EEXIST");
        await fails(client.link(dir, "x"), "EPERM", "EISDIR");
        await fails(client.link(fid, "x", fid), "ENOTDIR", "EROFS");
        equal(await client.list(), ["a", "b", "dir"], "the names");
      },
      "hardLinks",
    );

    test(
      "rename over another name of the same file leaves both",
      async ({ client }) => {
        await client.put("a", "text");
        await client.link(await client.walk("a"), "b");
        await client.rename("a", "b");
        equal(await client.list(), ["a", "b"], "the names");
      },
      "hardLinks",
    );

    test(
      "link of an unlinked file is ENOENT",
      async ({ client }) => {
        const fid = await client.create("a");
        await client.unlink("a");
        await fails(client.link(fid, "b"), "ENOENT", "ESTALE");
      },
      "hardLinks",
    );

    test(
      "link of a file that was renamed",
      async ({ client }) => {
        const fid = await client.create("a", "text");
        await client.rename("a", "b");
        await client.put("a", "other");
        await client.link(fid, "c");
        equal(await client.textOf("c"), "text", "what it reads");
      },
      "hardLinks",
    );

    test(
      "a symlink keeps its target as it is",
      async ({ client }) => {
        const targets = ["file", "/etc/passwd", "../../..", "a//b/", ".", "日本", "x".repeat(1000)];
        for (const [i, target] of targets.entries()) {
          const name = `link${i}`;
          const { qid } = await client.rpc("Tsymlink", { dfid: client.root, name, target, gid: NO_ID });
          equal(qid.type, QTSYMLINK, "the type of the qid");
          const fid = await client.walk(name);
          equal((await client.rpc("Treadlink", { fid })).target, target, "the target");
          const attr = await client.attr(fid);
          equal(attr.mode & S_IFMT, S_IFLNK, "the type of the file");
          equal(attr.size, BigInt(encodeText(target).length), "the size");
          equal(attr.qid.path, qid.path, "qid.path");
        }
      },
      "symlinks",
    );

    test(
      "a symlink's target may hold bytes that are not UTF-8",
      async ({ client }) => {
        await client.symlink("link", "a\udcff/b");
        equal(
          (await client.rpc("Treadlink", { fid: await client.walk("link") })).target,
          "a\udcff/b",
          "target",
        );
      },
      "symlinks",
      "byteNames",
    );

    test(
      "symlink over anything is EEXIST, without a target ENOENT",
      async ({ client }) => {
        await client.put("file");
        await client.symlink("link", "file");
        await fails(client.symlink("file", "x"), "EEXIST");
        await fails(client.symlink("link", "x"), "EEXIST");
        await fails(client.symlink("other", ""), "ENOENT", "EINVAL");
        await fails(client.symlink("other", "x".repeat(5000)), "ENAMETOOLONG");
      },
      "symlinks",
    );

    test("readlink of anything else is EINVAL", async ({ client }) => {
      await client.put("file");
      await fails(client.rpc("Treadlink", { fid: await client.walk("file") }), "EINVAL");
      await fails(client.rpc("Treadlink", { fid: client.root }), "EINVAL");
    });

    test(
      "renaming and unlinking a symlink leaves its target alone",
      async ({ client }) => {
        await client.put("file", "text");
        await client.symlink("link", "file");
        await client.rename("link", "moved");
        await client.unlink("moved");
        equal(await client.textOf("file"), "text", "the target");
        equal(await client.list(), ["file"], "the names");
      },
      "symlinks",
    );
  },
};

/** Tmknod. */
export const specialFileTests: Family = {
  title: "mknod",
  define(test) {
    test(
      "FIFOs and sockets are seen and never opened",
      async ({ client }) => {
        for (const [name, kind] of [
          ["fifo", S_IFIFO],
          ["socket", S_IFSOCK],
        ] as const) {
          const fid = await client.mknod(name, kind | 0o620);
          const attr = await client.attr(fid);
          equal(attr.mode, kind | 0o620, "the mode");
          equal(attr.qid.type, QTFILE, "the type of the qid");
          await fails(client.rpc("Tlopen", { fid, flags: 0 }), "ENXIO", "EACCES", "EPERM");
          await fails(client.rpc("Tlopen", { fid, flags: L_O_RDWR }), "ENXIO", "EACCES", "EPERM");
          await fails(client.create(name, "", { flags: L_O_RDWR }), "EEXIST", "ENXIO");
          await fails(client.mknod(name, kind | 0o600), "EEXIST");
          await client.rename(name, `${name}2`);
          await client.unlink(`${name}2`);
        }
      },
      "fifos",
    );

    test("an empty regular file", async ({ client }) => {
      const fid = await client.mknod("file", S_IFREG | 0o640);
      equal((await client.attr(fid)).mode, S_IFREG | 0o640, "the mode");
      await client.rpc("Tlopen", { fid, flags: L_O_RDWR });
      await client.write(fid, "text");
      equal(await client.textOf("file"), "text", "what it reads");
      await fails(client.mknod("file", S_IFREG | 0o640), "EEXIST");
    });

    test(
      "devices keep their numbers and are never opened",
      async ({ client }) => {
        for (const [name, kind, device, rdev] of [
          ["null", S_IFCHR, { major: 1, minor: 3 }, 0x103n],
          ["disk", S_IFBLK, { major: 259, minor: 1000 }, 0x3103e8n],
        ] as const) {
          const fid = await client.mknod(name, kind | 0o600, device);
          const attr = await client.attr(fid);
          equal([attr.mode, attr.rdev], [kind | 0o600, rdev], "mode and rdev");
          await fails(client.rpc("Tlopen", { fid, flags: 0 }), "ENXIO", "EACCES", "EPERM");
        }
      },
      "devices",
    );

    test("a directory or a symlink cannot be made with mknod", async ({ client }) => {
      for (const kind of [0o040000, S_IFLNK]) await fails(client.mknod("x", kind | 0o755), "EINVAL", "EPERM");
      equal(await client.list(), [], "the names");
    });
  },
};
