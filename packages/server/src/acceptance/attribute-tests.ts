import {
  GETATTR_BASIC,
  L_O_RDONLY,
  NO_ID,
  QTDIR,
  SETATTR_ATIME,
  SETATTR_ATIME_SET,
  SETATTR_CTIME,
  SETATTR_GID,
  SETATTR_MODE,
  SETATTR_MTIME,
  SETATTR_MTIME_SET,
  SETATTR_SIZE,
  SETATTR_UID,
  S_IFDIR,
  S_IFMT,
} from "@ninep/wire";
import { check, equal, fails } from "./check.js";
import type { Family } from "./suite.js";

const TIMES = SETATTR_ATIME | SETATTR_ATIME_SET | SETATTR_MTIME | SETATTR_MTIME_SET;
const LONG_AGO = { sec: 1000n, nsec: 0n };

/** Tgetattr, Tsetattr and Tstatfs. */
export const attributeTests: Family = {
  title: "attributes",
  define(test) {
    test("getattr gives all that stat(2) shows", async ({ client }) => {
      for (const mask of [GETATTR_BASIC, 0n, 1n, 0xffffffffffffffffn]) {
        const attr = await client.rpc("Tgetattr", { fid: client.root, mask });
        const wanted = mask & GETATTR_BASIC;
        equal(attr.valid & wanted, wanted, "the valid bits asked for");
        equal(attr.qid.type, QTDIR, "the type of the qid");
        if (mask !== 0n) equal(attr.mode & S_IFMT, S_IFDIR, "the type of the file");
      }
      const attr = await client.attr(client.root);
      check(attr.blksize > 0n, "a block size");
      check(attr.nlink >= 1n, "nlink of the root");
      check(attr.mtime.sec > 0n && attr.mtime.nsec < 1_000_000_000n, "a time of now");
    });

    test("qid.path is the same in walk, getattr and readdir, and differs between files", async ({
      client,
    }) => {
      const paths = new Set([(await client.attr(client.root)).qid.path]);
      for (const name of ["a", "b", "c"]) {
        await client.put(name);
        paths.add((await client.attr(await client.walk(name))).qid.path);
      }
      equal(paths.size, 4, "how many qid.paths there are");
      for (const { name, qid } of await client.allEntries(await client.open([]))) {
        if (name === "." || name === "..") continue;
        equal(qid.path, (await client.attr(await client.walk([name]))).qid.path, `qid.path of ${name}`);
      }
    });

    test("chmod sets permissions and keeps the type", async ({ client }) => {
      await client.put("file");
      await client.mkdir("dir");
      for (const name of ["file", "dir"]) {
        const fid = await client.walk(name);
        const kind = (await client.attr(fid)).mode & S_IFMT;
        for (const mode of [0o777, 0o500, 0o1755, 0o700]) {
          // The type bits that Linux sends along are not the mode's.
          await client.setattr(fid, { valid: SETATTR_MODE, mode: mode | kind });
          equal((await client.attr(fid)).mode, mode | kind, "the mode");
        }
      }
    });

    test("chmod is seen by every other fid and session", async ({ client, connect }) => {
      const other = await connect();
      const open = await client.create("file");
      const far = await other.walk("file");
      await client.setattr(await client.walk("file"), { valid: SETATTR_MODE, mode: 0o600 });
      equal((await client.attr(open)).mode & 0o777, 0o600, "the mode of the open fid");
      equal((await other.attr(far)).mode & 0o777, 0o600, "the mode in another session");
    });

    test("truncate cuts and extends, by an unopened, a reading and a writing fid", async ({ client }) => {
      const fid = await client.create("file", "0123456789");
      const walked = await client.walk("file");
      const reading = await client.open("file", L_O_RDONLY);
      for (const [by, size] of [
        [walked, 5n],
        [fid, 3n],
        [reading, 8n],
      ] as const) {
        await client.setattr(by, { valid: SETATTR_SIZE, size });
        equal((await client.attr(fid)).size, size, "the size");
      }
      equal(await client.text(fid), "012\0\0\0\0\0", "what it reads");
    });

    test("truncate to sizes far and absurd", async ({ client }) => {
      const fid = await client.create("file", "text");
      await client.setattr(fid, { valid: SETATTR_SIZE, size: 1n << 33n });
      equal((await client.attr(fid)).size, 1n << 33n, "the size");
      for (const size of [1n << 63n, (1n << 64n) - 1n])
        await fails(client.setattr(fid, { valid: SETATTR_SIZE, size }), "EFBIG", "EINVAL");
      equal((await client.attr(fid)).size, 1n << 33n, "the size afterwards");
    });

    test("truncate of a directory is EISDIR", async ({ client }) => {
      const dir = await client.mkdir("dir");
      await fails(client.setattr(dir, { valid: SETATTR_SIZE, size: 0n }), "EISDIR", "EINVAL");
    });

    test("times are set to the nanosecond, each alone or both", async ({ client }) => {
      const fid = await client.create("file");
      const [one, two] = [
        { sec: 1_234_567_890n, nsec: 123_456_789n },
        { sec: 4_000_000_000n, nsec: 999_999_999n },
      ];
      await client.setattr(fid, { valid: TIMES, atime: one, mtime: two });
      let attr = await client.attr(fid);
      equal([attr.atime, attr.mtime], [one, two], "both times");
      await client.setattr(fid, { valid: SETATTR_ATIME | SETATTR_ATIME_SET, atime: two, mtime: one });
      attr = await client.attr(fid);
      equal([attr.atime, attr.mtime], [two, two], "the times after atime alone");
      await client.setattr(fid, { valid: SETATTR_MTIME | SETATTR_MTIME_SET, atime: one, mtime: one });
      attr = await client.attr(fid);
      equal([attr.atime, attr.mtime], [two, one], "the times after mtime alone");
    });

    test("times without _SET are now", async ({ client }) => {
      const fid = await client.create("file");
      await client.setattr(fid, { valid: TIMES, atime: LONG_AGO, mtime: LONG_AGO });
      await client.setattr(fid, { valid: SETATTR_MTIME, atime: LONG_AGO, mtime: LONG_AGO });
      let attr = await client.attr(fid);
      equal(attr.atime, LONG_AGO, "atime");
      check(attr.mtime.sec > 1_500_000_000n, "mtime to be now");
      await client.setattr(fid, { valid: SETATTR_ATIME, atime: LONG_AGO, mtime: LONG_AGO });
      attr = await client.attr(fid);
      check(attr.atime.sec > 1_500_000_000n, "atime to be now");
    });

    test("a time before 1970 comes back", async ({ client }) => {
      const fid = await client.create("file");
      const time = { sec: BigInt.asUintN(64, -2n), nsec: 500_000_000n };
      await client.setattr(fid, { valid: TIMES, atime: time, mtime: time });
      equal((await client.attr(fid)).mtime, time, "mtime");
    });

    test("a time with too many nanoseconds is EINVAL", async ({ client }) => {
      const fid = await client.create("file");
      const time = { sec: 1n, nsec: 1_000_000_000n };
      await fails(client.setattr(fid, { valid: TIMES, atime: LONG_AGO, mtime: time }), "EINVAL");
    });

    test("a change and nothing: ctime alone, no bits", async ({ client }) => {
      const fid = await client.create("file", "text");
      const before = await client.attr(fid);
      await client.setattr(fid, { valid: 0 });
      await client.setattr(fid, { valid: SETATTR_CTIME });
      const after = await client.attr(fid);
      equal([after.mode, after.size, after.mtime], [before.mode, before.size, before.mtime], "the rest");
    });

    test("ctime moves with content, mode, name and links", async ({ client }) => {
      const fid = await client.create("file");
      await client.put("over");
      for (const [title, change] of [
        ["a write", () => client.write(fid, "text")],
        ["chmod", () => client.setattr(fid, { valid: SETATTR_MODE, mode: 0o600 })],
        ["a rename", () => client.rename("file", "moved")],
        ["a rename over a file", () => client.rename("moved", "over")],
        ["an unlink", () => client.unlink("over")],
      ] as const) {
        const before = (await client.attr(fid)).ctime;
        // File systems of hosts stamp changes every few milliseconds only.
        await new Promise((resolve) => setTimeout(resolve, 20));
        await change();
        const after = (await client.attr(fid)).ctime;
        check(
          after.sec > before.sec || (after.sec === before.sec && after.nsec > before.nsec),
          `a later ctime after ${title}`,
        );
      }
    });

    test("one change may set everything", async ({ client }) => {
      const fid = await client.create("file", "0123456789");
      const valid = SETATTR_MODE | SETATTR_SIZE | SETATTR_CTIME | TIMES;
      await client.setattr(fid, { valid, mode: 0o604, size: 4n, atime: LONG_AGO, mtime: LONG_AGO });
      const attr = await client.attr(fid);
      equal([attr.mode & 0o7777, attr.size, attr.atime, attr.mtime], [0o604, 4n, LONG_AGO, LONG_AGO], "all");
    });

    test("a change that fails changes nothing", async ({ client }) => {
      const fid = await client.create("file", "text");
      const before = await client.attr(fid);
      const valid = SETATTR_MODE | SETATTR_SIZE;
      await fails(client.setattr(fid, { valid, mode: 0o777, size: 1n << 63n }), "EFBIG", "EINVAL");
      const after = await client.attr(fid);
      equal([after.mode, after.size], [before.mode, before.size], "mode and size");
    });

    test(
      "chown sets owner and group, each alone or both",
      async ({ client }) => {
        const fid = await client.create("file");
        await client.setattr(fid, { valid: SETATTR_UID | SETATTR_GID, uid: 1234, gid: 5678 });
        const owner = async () => {
          const { uid, gid } = await client.attr(fid);
          return [uid, gid];
        };
        equal(await owner(), [1234, 5678], "owner and group");
        await client.setattr(fid, { valid: SETATTR_UID, uid: 1, gid: 9 });
        equal(await owner(), [1, 5678], "owner and group");
        await client.setattr(fid, { valid: SETATTR_GID, uid: 9, gid: 2 });
        equal(await owner(), [1, 2], "owner and group");
      },
      "chown",
    );

    test(
      "chown takes setuid away, unless the mode is set with it",
      async ({ client }) => {
        const fid = await client.create("file");
        await client.setattr(fid, { valid: SETATTR_MODE, mode: 0o4755 });
        await client.setattr(fid, { valid: SETATTR_UID, uid: 1234 });
        equal((await client.attr(fid)).mode & 0o7777, 0o755, "the mode");
        await client.setattr(fid, { valid: SETATTR_UID | SETATTR_MODE, uid: 0, mode: 0o4755 });
        equal((await client.attr(fid)).mode & 0o7777, 0o4755, "the mode set with the owner");
      },
      "chown",
    );

    test(
      "new files get the group that the client sends",
      async ({ client }) => {
        const fid = await client.clone(client.root);
        await client.rpc("Tlcreate", { fid, name: "file", flags: 2, mode: 0o644, gid: 4321 });
        await client.rpc("Tmkdir", { dfid: client.root, name: "dir", mode: 0o755, gid: 4321 });
        equal((await client.attr(fid)).gid, 4321, "the file's group");
        equal((await client.attr(await client.walk("dir"))).gid, 4321, "the directory's group");
      },
      "chown",
    );

    test("owner -1 is refused or leaves it", async ({ client }) => {
      const fid = await client.create("file");
      const before = await client.attr(fid);
      await client.setattr(fid, { valid: SETATTR_UID, uid: NO_ID }).catch(() => undefined);
      equal((await client.attr(fid)).uid, before.uid, "the owner");
    });

    test("statfs from any fid", async ({ client }) => {
      const file = await client.create("file");
      for (const fid of [client.root, file]) {
        const { bsize, blocks, bfree, bavail, namelen } = await client.rpc("Tstatfs", { fid });
        check(bsize > 0 && blocks >= bfree && bfree >= bavail, "block counts that make sense");
        check(namelen >= 100, `names of some length, not ${namelen}`);
      }
    });
  },
};
