import { L_O_RDONLY, SETATTR_MODE, XATTR_CREATE, XATTR_REPLACE, decodeText, encodeText } from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import type { TreeClient } from "./tree-client.js";

async function get(client: TreeClient, fid: number, name: string): Promise<string> {
  const newfid = client.newFid();
  const { size } = await client.rpc("Txattrwalk", { fid, newfid, name });
  const bytes = await client.read(newfid, 0n, Number(size) + 10);
  equal(BigInt(bytes.length), size, "the bytes of the value");
  await client.clunk(newfid);
  return decodeText(bytes, 0, bytes.length);
}

/** The names, as listxattr(2) gives them, in order. */
async function list(client: TreeClient, fid: number): Promise<string[]> {
  const text = await get(client, fid, "");
  check(text === "" || text.endsWith("\0"), "a NUL after each name");
  // A host may add attributes of its own, such as security.selinux.
  const names = text.split("\0").filter((name) => name.startsWith("user."));
  return names.sort();
}

/** A fid that writes an attribute; the value follows with {@link TreeClient.write}. */
async function begin(
  client: TreeClient,
  fid: number,
  name: string,
  size: number,
  flags = 0,
): Promise<number> {
  const writer = await client.clone(fid);
  await client.rpc("Txattrcreate", { fid: writer, name, size: BigInt(size), flags });
  return writer;
}

async function set(client: TreeClient, fid: number, name: string, value: string, flags = 0): Promise<void> {
  const data = encodeText(value);
  const writer = await begin(client, fid, name, data.length, flags);
  if (data.length > 0) await client.write(writer, data);
  await client.clunk(writer);
}

/** Txattrwalk and Txattrcreate, with the Tread, Twrite and Tclunk that follow. */
export const xattrTests: Family = {
  title: "extended attributes",
  define(defineTest) {
    const test: typeof defineTest = (title, body) => {
      defineTest(title, body, "xattrs");
    };

    test("set, get, list and remove, on files and directories", async ({ client }) => {
      await client.put("file");
      await client.mkdir("dir");
      for (const path of ["file", "dir"]) {
        const fid = await client.walk(path);
        equal(await list(client, fid), [], "the names at first");
        await set(client, fid, "user.one", "1");
        await set(client, fid, "user.two", "two");
        equal(await get(client, fid, "user.two"), "two", "the value");
        equal(await list(client, fid), ["user.one", "user.two"], "the names");
        await set(client, fid, "user.two", "");
        equal(await get(client, fid, "user.two"), "", "an empty value");
        await set(client, fid, "user.two", "", XATTR_REPLACE);
        equal(await list(client, fid), ["user.one"], "the names after size 0 with REPLACE");
      }
    });

    test("a missing attribute is ENODATA and makes no fid", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      const newfid = client.newFid();
      await fails(client.rpc("Txattrwalk", { fid, newfid, name: "user.no" }), "ENODATA");
      await fails(client.attr(newfid), "EBADF");
    });

    test("CREATE and REPLACE: the error is the answer to Tclunk, and the fid is gone", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      await set(client, fid, "user.a", "old", XATTR_CREATE);
      for (const [name, flags, error] of [
        ["user.a", XATTR_CREATE, "EEXIST"],
        ["user.b", XATTR_REPLACE, "ENODATA"],
      ] as const) {
        const writer = await begin(client, fid, name, 3, flags);
        await client.write(writer, "new");
        await fails(client.clunk(writer), error);
        await fails(client.clunk(writer), "EBADF");
      }
      equal(await get(client, fid, "user.a"), "old", "the value");
      await set(client, fid, "user.a", "new", XATTR_REPLACE);
      equal(await get(client, fid, "user.a"), "new", "the value after REPLACE");
      equal(await list(client, fid), ["user.a"], "the names");
    });

    test("removing what is not there is ENODATA at Tclunk", async ({ client }) => {
      await client.put("file");
      const writer = await begin(client, await client.walk("file"), "user.no", 0, XATTR_REPLACE);
      await fails(client.clunk(writer), "ENODATA");
    });

    test("nothing is set before Tclunk, nor by a session that ends", async ({ client, connect }) => {
      await client.put("file");
      const fid = await client.walk("file");
      const other = await connect();
      const writer = await begin(other, await other.walk("file"), "user.a", 1);
      await other.write(writer, "1");
      equal(await list(client, fid), [], "the names before Tclunk");
      await other.version();
      equal(await list(client, fid), [], "the names after Tversion");
    });

    test("a value written in pieces", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      const writer = await begin(client, fid, "user.a", 9);
      for (const at of [0, 3, 6]) await client.write(writer, "abc", BigInt(at));
      await client.clunk(writer);
      equal(await get(client, fid, "user.a"), "abcabcabc", "the value");
    });

    test("fewer bytes than announced is EINVAL at Tclunk: no byte is made up", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      for (const written of ["", "abc"]) {
        const writer = await begin(client, fid, "user.a", 9);
        if (written) await client.write(writer, written);
        await fails(client.clunk(writer), "EINVAL");
      }
      equal(await list(client, fid), [], "the names");
    });

    test("more bytes than announced, gaps and far offsets are refused", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      const writer = await begin(client, fid, "user.a", 3);
      await fails(client.write(writer, "abcd"), "ENOSPC", "EINVAL");
      await fails(client.write(writer, "c", 2n), "EINVAL", "ENOSPC");
      await fails(client.write(writer, "c", 3n), "EINVAL", "ENOSPC");
      await fails(client.write(writer, "c", (1n << 64n) - 1n), "EINVAL", "ENOSPC");
      await client.write(writer, "abc");
      await fails(client.write(writer, "d", 3n), "EINVAL", "ENOSPC");
      await client.clunk(writer);
      equal(await get(client, fid, "user.a"), "abc", "the value");
    });

    test("a second Txattrcreate on the same fid is refused", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      const writer = await begin(client, fid, "user.a", 1);
      const again = { fid: writer, name: "user.b", size: 1n, flags: 0 };
      await fails(client.rpc("Txattrcreate", again), "EBUSY", "EINVAL", "EBADF");
      await client.write(writer, "1");
      await client.clunk(writer);
      equal(await list(client, fid), ["user.a"], "the names");
    });

    test("a fid that writes an attribute is good for nothing else", async ({ client }) => {
      await client.put("file", "text");
      const writer = await begin(client, await client.walk("file"), "user.a", 4);
      await fails(client.read(writer), "EBADF", "EINVAL");
      await fails(client.rpc("Tlopen", { fid: writer, flags: L_O_RDONLY }), "EBUSY", "EBADF", "EINVAL");
      await fails(client.walk([], writer), "EINVAL", "EBADF", "EBUSY");
      await client.write(writer, "1234");
      await client.clunk(writer);
      equal(await client.textOf("file"), "text", "the file");
    });

    test("a fid that reads an attribute cannot write it", async ({ client }) => {
      await client.put("file", "text");
      const fid = await client.walk("file");
      await set(client, fid, "user.a", "0123456789");
      const newfid = client.newFid();
      await client.rpc("Txattrwalk", { fid, newfid, name: "user.a" });
      await fails(client.write(newfid, "x"), "EBADF", "EINVAL");
      equal([...(await client.read(newfid, 8n, 10))], [56, 57], "the bytes at 8");
      equal((await client.read(newfid, 10n, 10)).length, 0, "the bytes at the end");
      equal((await client.read(newfid, 1n << 63n, 10)).length, 0, "the bytes far behind");
      await client.clunk(newfid);
      equal(await get(client, fid, "user.a"), "0123456789", "the value");
    });

    test("a value being read does not change under its reader", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      await set(client, fid, "user.a", "old");
      const newfid = client.newFid();
      await client.rpc("Txattrwalk", { fid, newfid, name: "user.a" });
      await set(client, fid, "user.a", "newer");
      equal(await client.text(newfid), "old", "what the reader sees");
    });

    test("Txattrwalk to a fid in use is EBADF, also to itself", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      await set(client, fid, "user.a", "1");
      await fails(client.rpc("Txattrwalk", { fid, newfid: client.root, name: "user.a" }), "EBADF", "EINVAL");
      await fails(client.rpc("Txattrwalk", { fid, newfid: fid, name: "user.a" }), "EBADF", "EINVAL");
    });

    test("attributes of an open and of an unlinked file", async ({ client }) => {
      const fid = await client.create("file");
      await client.unlink("file");
      const newfid = client.newFid();
      await fails(client.rpc("Txattrwalk", { fid, newfid, name: "user.no" }), "ENODATA", "ENOENT", "ESTALE");
    });

    test("values and names too large", async ({ client }) => {
      await client.put("file");
      const fid = await client.walk("file");
      await fails(begin(client, fid, "user.a", 65537), "E2BIG", "ENOSPC", "ERANGE");
      const create = { fid: await client.clone(fid), name: "user.a", size: (1n << 64n) - 1n, flags: 0 };
      await fails(client.rpc("Txattrcreate", create), "E2BIG", "ENOSPC", "ERANGE");
      const attempt = begin(client, fid, `user.${"x".repeat(300)}`, 1).then(async (writer) => {
        await client.write(writer, "1");
        await client.clunk(writer);
      });
      await fails(attempt, "ERANGE", "ENAMETOOLONG", "EINVAL");
      await fails(begin(client, fid, "user.a", 1, 4), "EINVAL");
    });

    test("attributes survive rename, chmod and a new session", async ({ client, connect }) => {
      await client.put("a");
      const fid = await client.walk("a");
      await set(client, fid, "user.a", "1");
      await client.rename("a", "b");
      await client.setattr(fid, { valid: SETATTR_MODE, mode: 0o600 });
      const other = await connect();
      equal(await get(other, await other.walk("b"), "user.a"), "1", "the value");
    });
  },
};
