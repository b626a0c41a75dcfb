import { L_O_RDWR, NO_ID, encodeText, type ErrnoName } from "@ninep/wire";
import { equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import { namesIn, type TreeClient } from "./tree-client.js";

/** No name of a file, whatever the request. */
const BAD: readonly (readonly [string, ErrnoName])[] = [
  ["", "EINVAL"],
  [".", "EINVAL"],
  ["..", "EINVAL"],
  ["/", "EINVAL"],
  ["a/b", "EINVAL"],
  ["../etc", "EINVAL"],
  ["a\0b", "EINVAL"],
  ["x".repeat(256), "ENAMETOOLONG"],
  ["é".repeat(128), "ENAMETOOLONG"],
];

/** Each request that carries a name, with this one. */
function* requests(client: TreeClient, name: string): Generator<[string, () => Promise<unknown>]> {
  const { root } = client;
  const create = { name, mode: 0o644, gid: NO_ID };
  yield ["Twalk", () => client.walk([name])];
  yield ["Twalk at the end", () => client.walk(["dir", name])];
  yield ["Tmkdir", () => client.rpc("Tmkdir", { dfid: root, ...create })];
  yield ["Tsymlink", () => client.rpc("Tsymlink", { dfid: root, name, target: "x", gid: NO_ID })];
  yield ["Tmknod", () => client.rpc("Tmknod", { dfid: root, ...create, major: 0, minor: 0 })];
  yield ["Tunlinkat", () => client.unlink(name)];
  yield ["Trenameat from", () => client.rename(name, "x")];
  yield ["Trenameat to", () => client.rename("file", name)];
  yield [
    "Tlcreate",
    async () => client.rpc("Tlcreate", { fid: await client.clone(root), flags: L_O_RDWR, ...create }),
  ];
  yield ["Tlink", async () => client.link(await client.walk("file"), name)];
  yield ["Trename", async () => client.rpc("Trename", { fid: await client.walk("file"), dfid: root, name })];
}

/** What a file may be called. */
export const nameTests: Family = {
  title: "names",
  define(test) {
    for (const [name, error] of BAD) {
      const shown = name.length > 20 ? `${encodeText(name).length} bytes` : JSON.stringify(name);
      test(`${shown} is ${error} in every request`, async ({ client }) => {
        await client.mkdir("dir");
        await client.put("file");
        for (const [title, attempt] of requests(client, name)) {
          await fails(attempt(), error).catch((reason: unknown) => {
            throw new Error(`${title}: ${(reason as Error).message}`);
          });
        }
        equal(await client.list(), ["dir", "file"], "the names");
      });
    }

    test("names of 255 bytes work everywhere", async ({ client }) => {
      const [first, second] = ["a".repeat(255), `${"é".repeat(127)}b`];
      await client.put(first, "text");
      await client.rename(first, second);
      equal(await client.list(), [second], "the names");
      equal(await client.textOf([second]), "text", "what it reads");
      await client.unlink(second);
    });

    test("odd characters are just characters", async ({ client }) => {
      const names = [" ", "...", "a b", "a\\b", "\n", "*", "~", "-rf", "日本", "💾", "..x", "x."].sort();
      for (const name of names) await client.put(name, name);
      equal(await client.list(), names, "the names");
      for (const name of names)
        equal(await client.textOf([name]), name, `what ${JSON.stringify(name)} reads`);
    });

    test(
      "composed and decomposed letters, lower and upper case, are different names",
      async ({ client }) => {
        const names = ["\u00e9", "e\u0301", "X", "x"].sort();
        for (const name of names) await client.put(name, name);
        equal(await client.list(), names, "the names");
      },
      "byteNames",
    );

    test(
      "bytes that are not UTF-8 survive in names",
      async ({ client }) => {
        // Lone surrogates stand for such bytes: 0xff, and 0xc3 without what should follow.
        const name = "a\udcff-\udcc3b";
        await client.put(name, "text");
        const fid = await client.open([]);
        equal(namesIn(await client.allEntries(fid)), [name], "the names");
        equal(await client.textOf([name]), "text", "what it reads");
        await client.rename(name, "\udcfe");
        await client.unlink("\udcfe");
        await fails(client.walk([name]), "ENOENT");
      },
      "byteNames",
    );
  },
};
