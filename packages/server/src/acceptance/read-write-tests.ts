import { L_O_RDWR } from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import { isErrorReply } from "./wire-client.js";

const GIB = 1n << 30n;

/** Tread, Twrite, Tfsync of regular files. */
export const readWriteTests: Family = {
  title: "read and write",
  define(test) {
    test("what is written is read", async ({ client }) => {
      const fid = await client.create("file");
      equal(await client.write(fid, "hello world"), 11, "the bytes written");
      equal(await client.text(fid), "hello world", "what it reads");
      equal(await client.write(fid, "W", 6n), 1, "the bytes written");
      equal(await client.text(fid), "hello World", "what it reads");
      equal((await client.attr(fid)).size, 11n, "the size");
    });

    test("reads end at the end of the file", async ({ client }) => {
      const fid = await client.create("file", "0123456789");
      equal((await client.read(fid, 0n, 4)).length, 4, "the bytes at 0");
      equal((await client.read(fid, 8n, 4)).length, 2, "the bytes at 8");
      equal((await client.read(fid, 10n, 4)).length, 0, "the bytes at the end");
      equal((await client.read(fid, 1000n, 4)).length, 0, "the bytes past the end");
      equal((await client.read(fid, 0n, 0)).length, 0, "the bytes of count 0");
    });

    test("writing nothing changes nothing, also past the end", async ({ client }) => {
      const fid = await client.create("file", "text");
      equal(await client.write(fid, "", 100n), 0, "the bytes written");
      equal((await client.attr(fid)).size, 4n, "the size");
    });

    test("a gap reads as zeros", async ({ client }) => {
      const fid = await client.create("file", "a");
      await client.write(fid, "b", 9999n);
      const all = await client.read(fid, 0n, 20_000);
      equal(all.length, 10_000, "the bytes");
      equal([all[0], all[9999]], [97, 98], "the ends");
      check(
        all.subarray(1, 9999).every((byte) => byte === 0),
        "zeros between",
      );
    });

    test("sparse files: far offsets cost nothing and read back", async ({ client }) => {
      const fid = await client.create("file");
      for (const offset of [GIB, 5n * GIB + 3n, 100n * GIB]) {
        await client.write(fid, "far", offset);
        equal((await client.attr(fid)).size, offset + 3n, "the size");
        equal([...(await client.read(fid, offset - 2n, 10))], [0, 0, 102, 97, 114], "what is there");
      }
      const { blocks } = await client.attr(fid);
      check(blocks * 512n < GIB, `few blocks, not ${blocks}`);
      equal(await client.read(fid, 3n * GIB, 4), new Uint8Array(4), "what is in the hole");
    });

    test("absurd offsets are errors and do no harm", async ({ client }) => {
      const fid = await client.create("file", "text");
      for (const offset of [1n << 63n, (1n << 64n) - 1n, (1n << 63n) - 1n]) {
        await fails(client.write(fid, "x", offset), "EFBIG", "EINVAL");
        const data = await client.read(fid, offset, 10).catch((error: unknown) => {
          if (isErrorReply(error, "EINVAL", "EOVERFLOW", "EFBIG")) return new Uint8Array(0);
          throw error;
        });
        equal(data.length, 0, `the bytes at ${offset}`);
      }
      equal(await client.text(fid), "text", "what it reads");
      equal((await client.attr(fid)).size, 4n, "the size");
    });

    test("pieces of any size and place add up", async ({ client }) => {
      const fid = await client.create("file");
      const expected = new Uint8Array(300_000);
      let end = 0;
      // Steps that share no factor with any block or page.
      for (let i = 0; i < 200; i++) {
        const at = (i * 7919 * 13) % 250_000;
        const piece = new Uint8Array(1 + ((i * 641) % 9000)).fill(1 + (i % 255));
        expected.set(piece, at);
        end = Math.max(end, at + piece.length);
        await client.write(fid, piece, BigInt(at));
      }
      equal((await client.attr(fid)).size, BigInt(end), "the size");
      for (let at = 0; at < end; at += 30_011) {
        const wanted = expected.subarray(at, Math.min(at + 30_011, end));
        equal(await client.read(fid, BigInt(at), 30_011), wanted, `the bytes from ${at}`);
      }
    });

    test("other fids and sessions see a write at once", async ({ client, connect }) => {
      const other = await connect();
      const writer = await client.create("file");
      const reader = await client.open("file");
      const far = await other.open("file");
      await client.write(writer, "text");
      equal(await client.text(reader), "text", "what another fid reads");
      equal(await other.text(far), "text", "what another session reads");
      equal((await other.attr(far)).size, 4n, "the size in another session");
    });

    test("a count that no reply can hold is refused or cut", async ({ client }) => {
      const fid = await client.create("file", "text");
      for (const count of [client.msize, 0x7fffffff, 0xffffffff]) {
        const data = await client.read(fid, 0n, count).catch((error: unknown) => {
          if (isErrorReply(error, "EMSGSIZE", "EINVAL")) return undefined;
          throw error;
        });
        if (data) equal(data.length, 4, "the bytes");
      }
      equal(await client.text(fid), "text", "what it reads afterwards");
    });

    test("content changes qid.version, which is never 0", async ({ client }) => {
      const fid = await client.create("file");
      const before = (await client.attr(fid)).qid;
      // File systems of hosts stamp changes every few milliseconds only.
      await new Promise((resolve) => setTimeout(resolve, 30));
      await client.write(fid, "text");
      const after = (await client.attr(fid)).qid;
      check(before.version !== 0 && after.version !== 0, "versions other than 0");
      check(before.version !== after.version, "another version after a write");
      equal(after.path, before.path, "qid.path");
    });

    test("writing sets mtime", async ({ client }) => {
      const fid = await client.create("file");
      const old = { sec: 1000n, nsec: 0n };
      await client.setattr(fid, { valid: 0x1b0, atime: old, mtime: old });
      await client.write(fid, "text");
      check((await client.attr(fid)).mtime.sec > 1000n, "a later mtime");
    });

    test("fsync, with and without data only, on files and directories", async ({ client }) => {
      const fid = await client.create("file", "text");
      const dir = await client.open([]);
      for (const datasync of [0, 1]) {
        await client.rpc("Tfsync", { fid, datasync });
        await client.rpc("Tfsync", { fid: dir, datasync });
      }
      const reader = await client.open("file");
      await client.rpc("Tfsync", { fid: reader, datasync: 0 });
    });

    test("a file of many sizes truncated and extended keeps no old bytes", async ({ client }) => {
      const fid = await client.open(await client.put("file").then(() => "file"), L_O_RDWR);
      await client.write(fid, new Uint8Array(20_000).fill(7));
      for (const size of [12_345n, 1n, 0n]) {
        await client.setattr(fid, { valid: 0x8, size });
        await client.setattr(fid, { valid: 0x8, size: 20_000n });
        const rest = await client.read(fid, size, 20_000);
        equal(BigInt(rest.length), 20_000n - size, "the bytes after the cut");
        check(
          rest.every((byte) => byte === 0),
          `only zeros after ${size}`,
        );
      }
    });
  },
};
