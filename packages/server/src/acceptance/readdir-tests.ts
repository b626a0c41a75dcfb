import {
  DIRENT_OVERHEAD,
  DT_DIR,
  DT_FIFO,
  DT_LNK,
  DT_REG,
  QTDIR,
  QTFILE,
  QTSYMLINK,
  S_IFIFO,
  UNLINKAT_REMOVEDIR,
} from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import { namesIn, type TreeClient } from "./tree-client.js";

/** Makes `count` files f0, f1, … in `dir`. */
async function fill(client: TreeClient, dir: number, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `f${i}`);
  for (const name of names) await client.put(name, "", dir);
  return names.sort();
}

/** Treaddir. */
export const readdirTests: Family = {
  title: "readdir",
  define(test) {
    test("an empty directory has . and .. and nothing else", async ({ client }) => {
      await client.mkdir("dir");
      const entries = await client.allEntries(await client.open("dir"));
      equal(entries.map(({ name }) => name).sort(), [".", ".."], "the names");
      const root = await client.attr(client.root);
      const dir = await client.attr(await client.walk("dir"));
      for (const { name, qid, type } of entries) {
        equal([qid.type, type], [QTDIR, DT_DIR], `the types of ${name}`);
        if (name === ".") equal(qid.path, dir.qid.path, "qid.path of .");
        // The parent's number may be unknown to the backend at this point.
        else check(qid.path === root.qid.path || qid.path !== dir.qid.path, "qid.path of .. to be another");
      }
    });

    test("entries say what they are", async ({ client }) => {
      await client.put("file");
      await client.mkdir("dir");
      for (const { name, qid, type } of await client.allEntries(await client.open([]))) {
        if (name === "file") equal([qid.type, type], [QTFILE, DT_REG], "the types of a file");
        else equal([qid.type, type], [QTDIR, DT_DIR], `the types of ${name}`);
      }
    });

    test(
      "entries of symlinks and FIFOs say what they are",
      async ({ client }) => {
        await client.symlink("link", "anywhere");
        await client.mknod("fifo", S_IFIFO | 0o644);
        for (const { name, qid, type } of await client.allEntries(await client.open([]))) {
          if (name === "link") equal([qid.type, type], [QTSYMLINK, DT_LNK], "the types of a symlink");
          if (name === "fifo") equal([qid.type, type], [QTFILE, DT_FIFO], "the types of a FIFO");
        }
      },
      "symlinks",
      "fifos",
    );

    test("any count gives every entry once", async ({ client }) => {
      const names = await fill(client, client.root, 100);
      const fid = await client.open([]);
      for (const count of [DIRENT_OVERHEAD + 3, 60, 100, 1000, 60_000])
        equal(
          namesIn(await client.allEntries(fid, count)).sort(),
          names,
          `the names, ${count} bytes at a time`,
        );
    });

    test("cookies differ, and each goes on after its entry", async ({ client }) => {
      await fill(client, client.root, 50);
      const fid = await client.open([]);
      const all = await client.allEntries(fid);
      equal(new Set(all.map(({ offset }) => offset)).size, all.length, "how many cookies there are");
      check(!all.some(({ offset }) => offset === 0n), "no cookie to be 0");
      for (const at of [49, 0, 25, 51, 10]) {
        const rest = await client.allEntries(fid, 4096, all[at]!.offset);
        equal(namesIn(rest), namesIn(all.slice(at + 1)), `the names after entry ${at}`);
      }
      equal(await client.entries(fid, all[all.length - 1]!.offset), [], "what comes after the last");
    });

    test("offset 0 rewinds and shows what is new", async ({ client }) => {
      await client.put("one");
      const fid = await client.open([]);
      equal(namesIn(await client.allEntries(fid)), ["one"], "the names");
      await client.put("two");
      equal(namesIn(await client.allEntries(fid)).sort(), ["one", "two"], "the names after a rewind");
      await client.unlink("one");
      equal(namesIn(await client.allEntries(fid)), ["two"], "the names after an unlink");
    });

    test("two fids read one directory each in its own time", async ({ client }) => {
      const names = await fill(client, client.root, 40);
      const [first, second] = [await client.open([]), await client.open([])];
      const seen: string[] = [];
      for (let offset = 0n; ;) {
        const some = await client.entries(first, offset, 200);
        await client.entries(second, 0n, 300);
        if (some.length === 0) break;
        seen.push(...namesIn(some));
        offset = some[some.length - 1]!.offset;
      }
      equal(seen.sort(), names, "the names that the first saw");
    });

    test("a count too small for one entry is EINVAL, never an early end", async ({ client }) => {
      await client.put("x".repeat(100));
      const fid = await client.open([]);
      await fails(client.entries(fid, 0n, 10), "EINVAL");
      await fails(client.allEntries(fid, DIRENT_OVERHEAD + 50), "EINVAL");
    });

    test("entries that stay are neither lost nor doubled while others go", async ({ client }) => {
      const names = await fill(client, client.root, 300);
      const fid = await client.open([]);
      const seen: string[] = [];
      const gone = new Set<string>();
      for (let offset = 0n; ;) {
        const some = await client.entries(fid, offset, 500);
        if (some.length === 0) break;
        seen.push(...namesIn(some));
        offset = some[some.length - 1]!.offset;
        // What was just seen and what is still to come, two in three; this is what rm -r does.
        for (const name of [...namesIn(some), ...names.slice(-150)].filter((_, i) => i % 3 !== 0)) {
          if (gone.has(name)) continue;
          gone.add(name);
          await client.unlink(name);
        }
      }
      equal(new Set(seen).size, seen.length, "how many names there are");
      const lost = names.filter((name) => !gone.has(name) && !seen.includes(name));
      equal(lost, [], "the lost names");
    });

    test("entries that stay are neither lost nor doubled while others come", async ({ client }) => {
      const names = await fill(client, client.root, 200);
      const fid = await client.open([]);
      const seen: string[] = [];
      let added = 0;
      for (let offset = 0n; ;) {
        const some = await client.entries(fid, offset, 500);
        if (some.length === 0) break;
        seen.push(...namesIn(some));
        offset = some[some.length - 1]!.offset;
        if (added < 100) for (let i = 0; i < 10; i++) await client.put(`new${added++}`);
      }
      equal(new Set(seen).size, seen.length, "how many names there are");
      equal(seen.filter((name) => name.startsWith("f")).sort(), names, "the names there from the start");
    });

    test("entries that stay are neither lost nor doubled while others come and go", async ({ client }) => {
      const names = await fill(client, client.root, 200);
      for (let i = 0; i < 200; i += 2) await client.unlink(`f${i}`);
      const stay = names.filter((name) => Number(name.slice(1)) % 2 === 1);
      const fid = await client.open([]);
      const seen: string[] = [];
      let round = 0;
      for (let offset = 0n; ;) {
        const some = await client.entries(fid, offset, 300);
        if (some.length === 0 || round === 40) break;
        seen.push(...namesIn(some));
        offset = some[some.length - 1]!.offset;
        for (let i = 0; i < 5; i++) await client.put(`new${round}-${i}`);
        for (let i = 1; i < 5; i++) await client.unlink(`new${round}-${i}`);
        round++;
      }
      const old = seen.filter((name) => name.startsWith("f")).sort();
      equal(old, stay, "the names there from the start");
      for (let i = 0; i < round; i++) equal(await client.textOf(`new${i}-0`), "", "a new file");
      const listed = (await client.list()).filter((name) => name.startsWith("new"));
      equal(listed.length, round, "how many new names there are");
    });

    test("10,000 entries, each once, and then all removed while reading", async ({ client }) => {
      const dir = await client.mkdir("dir");
      const names = await fill(client, dir, 10_000);
      const fid = await client.open("dir");
      equal(namesIn(await client.allEntries(fid, 8192)).sort(), names, "the names");
      const { size } = await client.attr(dir);
      check(size >= 0n, "a size");
      // As rm -r does: rewinding until nothing is left.
      for (let left = names.length; left > 0;) {
        const some = namesIn(await client.allEntries(fid, 30_000));
        check(some.length === left, `${left} names left, not ${some.length}`);
        for (const name of some.slice(0, 5000)) await client.unlink(name, dir);
        left -= Math.min(5000, some.length);
      }
      await client.unlink("dir", client.root, UNLINKAT_REMOVEDIR);
    });

    test("a file cannot be listed", async ({ client }) => {
      await fails(client.entries(await client.create("file")), "ENOTDIR");
    });
  },
};
