import {
  IO_HEADER_SIZE,
  L_O_RDONLY,
  MIN_MSIZE,
  NOFID,
  NOTAG,
  NO_UNAME,
  QTDIR,
  VERSION_9P2000,
  VERSION_9P2000_L,
  VERSION_9P2000_U,
} from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";

/** Tversion, Tauth, Tattach, Tflush, and requests under way together. */
export const sessionTests: Family = {
  title: "session",
  define(test) {
    test("attach gives the root directory, the same for everybody", async ({ client, connect }) => {
      const other = await connect();
      const { qid } = await other.rpc("Tattach", {
        fid: other.newFid(),
        afid: NOFID,
        uname: "",
        aname: "",
        nUname: NO_UNAME,
      });
      equal(qid.type, QTDIR, "the type of the root's qid");
      equal((await client.attr(client.root)).qid.path, qid.path, "the root's qid.path");
    });

    test("attach to a fid in use is EBADF", async ({ client }) => {
      await fails(client.attach(), "EBADF");
      await client.attr(client.root);
    });

    test("Tauth is refused: no authentication is needed", async ({ client }) => {
      await fails(
        client.rpc("Tauth", { afid: client.newFid(), uname: "", aname: "", nUname: NO_UNAME }),
        "ENOENT",
        "EOPNOTSUPP",
      );
    });

    test("a version nobody knows is answered with unknown", async ({ client }) => {
      const unknown = await client.rpc("Tversion", { msize: 8192, version: "8P1999" }, NOTAG);
      equal(unknown.version, "unknown", "the version");
    });

    test("msize is the smaller of both sides' and a tiny one is refused", async ({ client }) => {
      const small = await client.rpc("Tversion", { msize: 4096, version: VERSION_9P2000_L }, NOTAG);
      equal(small.msize, 4096, "msize");
      await fails(
        client.rpc("Tversion", { msize: MIN_MSIZE - 1, version: VERSION_9P2000_L }, NOTAG),
        "EINVAL",
      );
    });

    test("Tversion in the middle drops every fid, open ones too", async ({ client }) => {
      const file = await client.create("file", "text");
      const walked = await client.walk("file");
      await client.version();
      for (const fid of [client.root, file, walked]) await fails(client.attr(fid), "EBADF");
      await client.attach();
      equal(await client.textOf("file"), "text", "what was written before");
    });

    test("Tversion may change the dialect", async ({ client }) => {
      for (const dialect of [VERSION_9P2000, VERSION_9P2000_U, VERSION_9P2000_L] as const) {
        equal((await client.version(dialect)).version, dialect, "the version");
        await client.attach();
      }
    });

    test("nothing works before Tversion succeeds and Tattach after it", async ({ client }) => {
      await client.rpc("Tversion", { msize: 8192, version: "unheard of" }, NOTAG);
      await fails(client.attach(), "EPROTO", "EINVAL");
    });

    test("requests under way together get each its own answer", async ({ client }) => {
      const fids: number[] = [];
      for (let i = 0; i < 50; i++) fids.push(await client.create(`f${i}`, `content ${i}`));
      const answers = await Promise.all(fids.map((fid) => client.text(fid)));
      answers.forEach((answer, i) => {
        equal(answer, `content ${i}`, `file ${i}`);
      });
    });

    test("writes under way together to one file all arrive", async ({ client }) => {
      const fid = await client.create("file");
      const pieces = Array.from({ length: 64 }, (_, i) => i);
      await Promise.all(
        pieces.map((i) => client.write(fid, new Uint8Array(100).fill(i + 1), BigInt(i * 100))),
      );
      const all = await client.read(fid, 0n, 6400);
      check(
        pieces.every((i) => all.subarray(i * 100, i * 100 + 100).every((byte) => byte === i + 1)),
        "every piece where it was written",
      );
    });

    test("one name made by many at once is made once", async ({ client }) => {
      const made = await Promise.allSettled(Array.from({ length: 20 }, () => client.create("file")));
      equal(made.filter(({ status }) => status === "fulfilled").length, 1, "how many created it");
      equal(await client.list(), ["file"], "the names");
    });

    test("clunking a fid with requests under way on it harms nobody", async ({ client }) => {
      const fid = await client.create("file", "text");
      const done = await Promise.allSettled([
        client.read(fid),
        client.write(fid, "more", 4n),
        client.attr(fid),
        client.rpc("Tfsync", { fid, datasync: 0 }),
        client.clunk(fid),
      ]);
      equal(done[4].status, "fulfilled", "the Tclunk");
      await fails(client.attr(fid), "EBADF");
      check((await client.textOf("file")).startsWith("text"), "the file to keep what it had");
    });

    test("Tflush of a tag that is not in use is answered", async ({ client }) => {
      await client.rpc("Tflush", { oldtag: 77 });
    });

    test("Tflush is answered after what it flushes", async ({ client }) => {
      const fid = await client.create("file", "text");
      const order: string[] = [];
      await Promise.allSettled([
        client.rpc("Tfsync", { fid, datasync: 0 }, 500).then(() => order.push("fsync")),
        client.rpc("Tflush", { oldtag: 500 }).then(() => order.push("flush")),
      ]);
      equal(order[order.length - 1], "flush", "the last answer");
    });

    test("a payload of msize - 24 bytes goes through both ways", async ({ client }) => {
      const fid = await client.create("file");
      const size = client.msize - IO_HEADER_SIZE;
      const data = Uint8Array.from({ length: size }, (_, i) => i * 7);
      equal(await client.write(fid, data), size, "the bytes written");
      equal(await client.read(fid, 0n, size), data, "the bytes read");
      const root = await client.open([], L_O_RDONLY);
      await client.entries(root, 0n, size);
    });
  },
};
