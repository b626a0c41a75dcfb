import {
  L_O_RDWR,
  LOCK_BLOCKED,
  LOCK_FLAGS_BLOCK,
  LOCK_SUCCESS,
  LOCK_TYPE_RDLCK,
  LOCK_TYPE_UNLCK,
  LOCK_TYPE_WRLCK,
} from "@ninep/wire";
import { equal, fails } from "./check.js";
import type { Family } from "./suite.js";
import type { TreeClient } from "./tree-client.js";

const [READ, WRITE, UNLOCK] = [LOCK_TYPE_RDLCK, LOCK_TYPE_WRLCK, LOCK_TYPE_UNLCK];

/** Somebody with `file` open, who locks it. */
class Locker {
  readonly client: TreeClient;
  readonly fid: number;
  readonly who: { procId: number; clientId: string };

  private constructor(client: TreeClient, fid: number, procId: number) {
    this.client = client;
    this.fid = fid;
    this.who = { procId, clientId: "guest" };
  }

  static async open(client: TreeClient, procId: number): Promise<Locker> {
    return new Locker(client, await client.open("file", L_O_RDWR), procId);
  }

  async lock(type: number, start: bigint, length: bigint, flags = 0): Promise<number> {
    const { fid, who } = this;
    return (await this.client.rpc("Tlock", { fid, type, flags, start, length, ...who })).status;
  }

  async gets(type: number, start: bigint, length: bigint): Promise<void> {
    equal(await this.lock(type, start, length), LOCK_SUCCESS, `the lock of ${length} bytes at ${start}`);
  }

  async isRefused(type: number, start: bigint, length: bigint): Promise<void> {
    equal(await this.lock(type, start, length), LOCK_BLOCKED, `the lock of ${length} bytes at ${start}`);
  }

  /** Type, start and length of what is in the way. */
  async inTheWay(type: number, start: bigint, length: bigint): Promise<[number, bigint, bigint]> {
    const found = await this.client.rpc("Tgetlock", { fid: this.fid, type, start, length, ...this.who });
    return [found.type, found.start, found.length];
  }
}

/** Tlock and Tgetlock. */
export const lockTests: Family = {
  title: "locks",
  define(defineTest) {
    const test = (title: string, body: (one: Locker, two: Locker) => Promise<void>): void => {
      defineTest(
        `two fids: ${title}`,
        async ({ client }) => {
          await client.put("file", "text");
          await body(await Locker.open(client, 1), await Locker.open(client, 2));
        },
        "locks",
      );
      defineTest(
        `two sessions: ${title}`,
        async ({ client, connect }) => {
          await client.put("file", "text");
          await body(await Locker.open(client, 1), await Locker.open(await connect(), 2));
        },
        "locks",
      );
    };

    test("a write lock keeps others out", async (one, two) => {
      await one.gets(WRITE, 0n, 10n);
      await two.isRefused(WRITE, 0n, 10n);
      await two.isRefused(READ, 9n, 1n);
      await two.gets(WRITE, 10n, 10n);
      await one.isRefused(READ, 5n, 6n);
      await one.gets(UNLOCK, 0n, 10n);
      await two.gets(WRITE, 0n, 20n);
    });

    test("read locks share", async (one, two) => {
      await one.gets(READ, 0n, 10n);
      await two.gets(READ, 5n, 10n);
      await two.isRefused(WRITE, 5n, 10n);
      await one.gets(UNLOCK, 0n, 10n);
      await two.gets(WRITE, 5n, 10n);
    });

    test("asking to wait gets BLOCKED at once", async (one, two) => {
      await one.gets(WRITE, 0n, 0n);
      equal(await two.lock(WRITE, 0n, 0n, LOCK_FLAGS_BLOCK), LOCK_BLOCKED, "the status");
    });

    test("length 0 is everything to the end", async (one, two) => {
      await one.gets(WRITE, 100n, 0n);
      await two.isRefused(WRITE, 1n << 40n, 1n);
      await two.gets(WRITE, 0n, 100n);
      await two.isRefused(WRITE, 0n, 0n);
      equal(await two.inTheWay(WRITE, 0n, 0n), [WRITE, 100n, 0n], "the lock in the way");
    });

    test("one's own locks are replaced, not in the way", async (one, two) => {
      await one.gets(WRITE, 0n, 10n);
      await one.gets(READ, 0n, 10n);
      await two.gets(READ, 0n, 10n);
      await one.isRefused(WRITE, 0n, 10n);
      await two.gets(UNLOCK, 0n, 10n);
      await one.gets(WRITE, 0n, 10n);
      equal(await one.inTheWay(WRITE, 0n, 0n), [UNLOCK, 0n, 0n], "what is in one's own way");
    });

    test("unlocking the middle splits a lock", async (one, two) => {
      await one.gets(WRITE, 0n, 100n);
      await one.gets(UNLOCK, 40n, 20n);
      await two.gets(WRITE, 40n, 20n);
      await two.isRefused(WRITE, 39n, 1n);
      await two.isRefused(WRITE, 60n, 1n);
      await two.gets(UNLOCK, 0n, 0n);
      equal(await two.inTheWay(WRITE, 0n, 0n), [WRITE, 0n, 40n], "the first lock in the way");
      equal(await two.inTheWay(WRITE, 50n, 0n), [WRITE, 60n, 40n], "the second one");
      equal(await two.inTheWay(WRITE, 40n, 20n), [UNLOCK, 40n, 20n], "what is in the way between");
    });

    test("another kind in the middle splits a lock, the same kind joins it again", async (one, two) => {
      await one.gets(WRITE, 0n, 100n);
      await one.gets(READ, 40n, 20n);
      await two.gets(READ, 40n, 20n);
      await two.isRefused(READ, 0n, 41n);
      await two.gets(UNLOCK, 0n, 0n);
      await one.gets(WRITE, 40n, 20n);
      equal(await two.inTheWay(WRITE, 50n, 1n), [WRITE, 0n, 100n], "the lock in the way");
    });

    test("locks that touch are one", async (one, two) => {
      await one.gets(WRITE, 0n, 10n);
      await one.gets(WRITE, 20n, 10n);
      await one.gets(WRITE, 10n, 10n);
      equal(await two.inTheWay(READ, 15n, 1n), [WRITE, 0n, 30n], "the lock in the way");
    });

    test("getlock shows what is in the way, and nothing when there is nothing", async (one, two) => {
      await one.gets(READ, 10n, 10n);
      equal(await two.inTheWay(WRITE, 0n, 0n), [READ, 10n, 10n], "what is in a writer's way");
      equal(await two.inTheWay(READ, 0n, 0n), [UNLOCK, 0n, 0n], "what is in a reader's way");
      equal(await two.inTheWay(WRITE, 20n, 5n), [UNLOCK, 20n, 5n], "what is in the way elsewhere");
    });

    test("getlock asked about no kind, as Linux does, shows a lock of any kind", async (one, two) => {
      await one.gets(READ, 10n, 10n);
      equal(await two.inTheWay(UNLOCK, 0n, 0n), [READ, 10n, 10n], "what is in the way");
      equal(await two.inTheWay(UNLOCK, 20n, 5n), [UNLOCK, 20n, 5n], "what is in the way elsewhere");
    });

    test("clunking the fid releases its locks", async (one, two) => {
      await one.gets(WRITE, 0n, 0n);
      await one.client.clunk(one.fid);
      await two.gets(WRITE, 0n, 0n);
    });

    test("closing another open of the file keeps them", async (one, two) => {
      await one.gets(WRITE, 0n, 10n);
      const again = await Locker.open(one.client, 1);
      await one.client.clunk(again.fid);
      await two.isRefused(WRITE, 0n, 10n);
    });

    test("unlocking what is not locked succeeds", async (one, two) => {
      await one.gets(WRITE, 0n, 10n);
      await two.gets(UNLOCK, 0n, 0n);
      await two.isRefused(WRITE, 0n, 10n);
    });

    test("ranges beyond any file are EINVAL, the last byte is not", async (one, two) => {
      const last = (1n << 63n) - 1n;
      for (const [start, length] of [
        [1n << 63n, 1n],
        [0n, 1n << 63n],
        [last, 2n],
        [(1n << 64n) - 1n, (1n << 64n) - 1n],
      ] as const) {
        await fails(one.lock(WRITE, start, length), "EINVAL", "EOVERFLOW");
        await fails(one.inTheWay(WRITE, start, length), "EINVAL", "EOVERFLOW");
      }
      await fails(one.lock(3, 0n, 1n), "EINVAL");
      await one.gets(WRITE, last, 1n);
      await two.isRefused(WRITE, last, 0n);
    });

    defineTest(
      "locks need an open fid",
      async ({ client }) => {
        await client.put("file");
        const fid = await client.walk("file");
        const range = { fid, type: WRITE, start: 0n, length: 1n, procId: 1, clientId: "guest" };
        await fails(client.rpc("Tlock", { ...range, flags: 0 }), "EBADF");
        await fails(client.rpc("Tgetlock", range), "EBADF");
      },
      "locks",
    );

    defineTest(
      "Tversion releases the locks of the session",
      async ({ client, connect }) => {
        await client.put("file");
        const one = await Locker.open(client, 1);
        const two = await Locker.open(await connect(), 2);
        await one.gets(WRITE, 0n, 0n);
        await client.version();
        await two.gets(WRITE, 0n, 0n);
      },
      "locks",
    );
  },
};
