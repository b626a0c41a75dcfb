import {
  L_O_RDONLY,
  L_O_RDWR,
  L_O_TRUNC,
  L_O_WRONLY,
  QTDIR,
  QTFILE,
  SETATTR_MODE,
  SETATTR_MTIME,
  SETATTR_SIZE,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  UNLINKAT_REMOVEDIR,
  type ErrnoName,
} from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import { namesIn, type TreeClient } from "./tree-client.js";

/** Answers that say: not here, not now. A backend without a method gives the first. */
const REFUSALS: readonly ErrnoName[] = ["EROFS", "EACCES", "EPERM", "EOPNOTSUPP"];

/** The first entry of the root of this kind. */
async function find(client: TreeClient, qidType: number): Promise<string | undefined> {
  const entries = await client.allEntries(await client.open([]));
  const wanted = entries.filter(({ qid }) => qid.type === qidType);
  return namesIn(wanted)[0];
}

/** What a tree that cannot be changed does. */
export const readOnlyTests: Family = {
  title: "read-only",
  define(test) {
    test("the root can be walked, listed and looked at", async ({ client }) => {
      const names = await client.list();
      check(names.length > 0, "a tree with something in it");
      for (const name of names) {
        const attr = await client.attr(await client.walk([name]));
        if (attr.qid.type === QTDIR) equal(attr.mode & S_IFMT, S_IFDIR, `the type of ${name}`);
      }
      await fails(client.walk("there is no such name"), "ENOENT");
    });

    test("files read the same twice", async ({ client }) => {
      const name = await find(client, QTFILE);
      if (name === undefined) return;
      const { mode, size } = await client.attr(await client.walk([name]));
      if ((mode & S_IFMT) !== S_IFREG) return;
      const [one, two] = [await client.open([name]), await client.open([name])];
      const bytes = await client.read(one, 0n, 10_000);
      check(BigInt(bytes.length) <= size, "no more bytes than the size");
      equal(await client.read(two, 0n, 10_000), bytes, "what the second fid reads");
    });

    test("a file does not open for writing", async ({ client }) => {
      const name = await find(client, QTFILE);
      if (name === undefined) return;
      for (const flags of [L_O_WRONLY, L_O_RDWR, L_O_RDONLY | L_O_TRUNC])
        await fails(client.open([name], flags), ...REFUSALS);
    });

    test("every change is refused", async ({ client }) => {
      const names = await client.list();
      const name = names[0]!;
      const before = await client.attr(await client.walk([name]));
      const isDirectory = before.qid.type === QTDIR;
      const flags = isDirectory ? UNLINKAT_REMOVEDIR : 0;
      const attempts: (() => Promise<unknown>)[] = [
        () => client.create("new"),
        () => client.mkdir("new"),
        () => client.symlink("new", "target"),
        () => client.mknod("new", S_IFREG | 0o644),
        () => client.unlink(name, client.root, flags),
        () => client.rename(name, "new"),
        async () => client.rpc("Tremove", { fid: await client.walk([name]) }),
        async () => client.rpc("Trename", { fid: await client.walk([name]), dfid: client.root, name: "new" }),
        async () => client.setattr(await client.walk([name]), { valid: SETATTR_MODE, mode: 0o600 }),
        async () => client.setattr(await client.walk([name]), { valid: SETATTR_MTIME }),
        async () => {
          const fid = await client.walk([name]);
          await client.rpc("Txattrcreate", { fid, name: "user.a", size: 1n, flags: 0 });
          await client.write(fid, "1");
          await client.clunk(fid);
        },
      ];
      if (!isDirectory) {
        attempts.push(
          async () => client.link(await client.walk([name]), "new"),
          async () => client.setattr(await client.walk([name]), { valid: SETATTR_SIZE, size: 0n }),
        );
      }
      for (const attempt of attempts) {
        await fails(attempt(), ...REFUSALS).catch((error: unknown) => {
          throw new Error(`${attempt.toString()}: ${(error as Error).message}`);
        });
      }
      equal(await client.list(), names, "the names");
      const after = await client.attr(await client.walk([name]));
      equal(
        [after.mode, after.size, after.mtime],
        [before.mode, before.size, before.mtime],
        "the attributes",
      );
    });
  },
};
