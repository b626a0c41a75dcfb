import { DMDIR, ORDWR, OREAD, QTDIR, VERSION_9P2000, VERSION_9P2000_U } from "@ninep/wire";
import { check, equal } from "./check.js";
import { LegacyClient } from "./legacy.js";
import type { Family } from "./suite.js";

/** Tstat, Twstat and reading directories in 9P2000 and 9P2000.u. */
export const legacyStatTests: Family = {
  title: "9P2000 stat and directories",
  define(defineTest) {
    const test = (title: string, body: (legacy: LegacyClient) => Promise<void>): void => {
      for (const dialect of [VERSION_9P2000, VERSION_9P2000_U] as const) {
        defineTest(`${dialect}: ${title}`, async ({ connect }) => {
          await body(new LegacyClient(await connect(dialect), dialect));
        });
      }
    };

    /** Makes `count` files f0, f1, … */
    async function fill(legacy: LegacyClient, count: number): Promise<string[]> {
      const names = Array.from({ length: count }, (_, i) => `f${i}`);
      for (const name of names) await legacy.client.clunk(await legacy.create(name, 0o644, OREAD));
      return names.sort();
    }

    test("stat of a file and of the root", async (legacy) => {
      const { client } = legacy;
      const fid = await legacy.create("file", 0o640, ORDWR);
      await client.write(fid, "text");
      const file = await legacy.stat(fid);
      equal([file.name, file.length], ["file", 4n], "name and length");
      equal(file.mode & ~0o777, 0, "the bits above the permissions");
      check(file.mtime > 1_000_000_000, "mtime in seconds");
      check(file.uid !== "" && file.gid !== "", "names of owner and group");
      const root = await legacy.stat(client.root);
      equal([root.name, root.qid.type, root.length], ["/", QTDIR, 0n], "name, type and length of the root");
      check((root.mode & DMDIR) !== 0, "DMDIR in the root's mode");
    });

    test("wstat that touches nothing changes nothing", async (legacy) => {
      const fid = await legacy.create("file", 0o644, ORDWR);
      await legacy.client.write(fid, "text");
      const before = await legacy.stat(fid);
      await legacy.wstat(fid, {});
      equal(await legacy.stat(fid), before, "the stat");
      await legacy.wstat(await legacy.client.walk("file"), {});
    });

    test("wstat sets mode, length and times", async (legacy) => {
      const fid = await legacy.create("file", 0o644, ORDWR);
      await legacy.client.write(fid, "0123456789");
      await legacy.wstat(fid, { mode: 0o600 });
      await legacy.wstat(fid, { length: 3n });
      await legacy.wstat(fid, { mtime: 12345, atime: 67890 });
      const { mode, length, mtime, atime } = await legacy.stat(fid);
      equal([mode & 0o777, length, mtime, atime], [0o600, 3n, 12345, 67890], "mode, length and times");
      equal(await legacy.client.text(fid), "012", "what it reads");
    });

    test("wstat renames within the directory", async (legacy) => {
      const { client } = legacy;
      const fid = await legacy.create("old", 0o644, ORDWR);
      await client.write(fid, "text");
      await legacy.wstat(fid, { name: "new" });
      equal((await legacy.stat(fid)).name, "new", "the name");
      equal(await client.text(await legacy.open("new", OREAD)), "text", "what it reads");
      await legacy.fails(client.walk("old"), "ENOENT");
      await legacy.wstat(fid, { name: "new" });
    });

    test("wstat to a name that is none changes nothing", async (legacy) => {
      const fid = await legacy.create("file", 0o644, ORDWR);
      const before = await legacy.stat(fid);
      for (const name of [".", "..", "a/b", "../x", "a\0b"])
        await legacy.fails(legacy.wstat(fid, { name, mode: 0o777 }), "EINVAL");
      await legacy.fails(legacy.wstat(fid, { name: "x".repeat(256), mode: 0o777 }), "ENAMETOOLONG");
      equal(await legacy.stat(fid), before, "the stat");
    });

    test("wstat of a directory's length fails", async (legacy) => {
      await legacy.fails(legacy.wstat(legacy.client.root, { length: 1n }), "EISDIR", "EINVAL");
    });

    test("a directory reads as the stats of its entries", async (legacy) => {
      const { client } = legacy;
      const file = await legacy.create("file", 0o644, ORDWR);
      await client.write(file, "text");
      await client.clunk(await legacy.create("dir", DMDIR | 0o755, OREAD));
      const entries = await legacy.readDirectory(await legacy.open([], OREAD));
      equal(entries.map(({ name }) => name).sort(), ["dir", "file"], "the names, without . and ..");
      for (const entry of entries) {
        const own = await legacy.stat(await client.walk(entry.name));
        equal([entry.qid.path, entry.mode, entry.length], [own.qid.path, own.mode, own.length], entry.name);
      }
    });

    test("any count gives every entry once, and whole", async (legacy) => {
      const names = await fill(legacy, 60);
      for (const count of [150, 400, 5000, 60_000]) {
        const fid = await legacy.open([], OREAD);
        const entries = await legacy.readDirectory(fid, count);
        equal(entries.map(({ name }) => name).sort(), names, `the names, ${count} bytes at a time`);
      }
    });

    test("a directory is read on from where it was, or from 0", async (legacy) => {
      const { client } = legacy;
      const names = await fill(legacy, 20);
      const fid = await legacy.open([], OREAD);
      await legacy.fails(client.read(fid, 10n, 300), "EINVAL");
      const first = await client.read(fid, 0n, 300);
      await legacy.fails(client.read(fid, BigInt(first.length) + 1n, 300), "EINVAL");
      await legacy.fails(client.read(fid, BigInt(first.length) - 1n, 300), "EINVAL");
      const second = await client.read(fid, BigInt(first.length), 300);
      check(second.length > 0, "more entries");
      equal(
        (await legacy.readDirectory(fid)).map(({ name }) => name).sort(),
        names,
        "the names from 0 again",
      );
      equal((await client.read(fid, 1n << 40n, 300).catch(() => new Uint8Array(0))).length, 0, "far behind");
    });

    test("a count too small for one entry is an error, never an early end", async (legacy) => {
      await legacy.create("x".repeat(200), 0o644, OREAD);
      const fid = await legacy.open([], OREAD);
      await legacy.fails(legacy.client.read(fid, 0n, 100), "EINVAL");
    });

    test("entries made and removed while reading", async (legacy) => {
      const { client } = legacy;
      const names = await fill(legacy, 40);
      const fid = await legacy.open([], OREAD);
      const seen: string[] = [];
      const gone = new Set<string>();
      for (let offset = 0n; ;) {
        const data = await client.read(fid, offset, 400);
        if (data.length === 0) break;
        const some = legacy.stats(data).map(({ name }) => name);
        seen.push(...some);
        offset += BigInt(data.length);
        if (gone.size < 10) {
          const [name] = some;
          await client.rpc("Tremove", { fid: await client.walk([name!]) });
          gone.add(name!);
        }
      }
      equal(seen.sort(), names, "the names, each once");
    });
  },
};
