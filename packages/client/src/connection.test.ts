import { Rclunk, Rread, Tread, Twalk, Twrite, Rwalk, Rwrite } from "@ninep/wire";
import { describe, expect, test } from "vitest";
import { clunk, connected } from "./testing/connected.js";
import { encode, hex, settle } from "./testing/fake-server.js";

describe("requests", () => {
  test("get the lowest free tag and may be answered in any order", async () => {
    const { server, connection } = await connected();
    const pending = [10, 11, 12, 13].map(async (fid) => clunk(connection, fid));
    await settle();
    expect(server.requests.map(({ tag, body }) => [tag, body["fid"]])).toEqual([
      [0, 10],
      [1, 11],
      [2, 12],
      [3, 13],
    ]);
    for (const tag of [2, 0, 1]) server.reply({ tag }, Rclunk, {});
    expect(await Promise.all(pending.slice(0, 3))).toEqual([10, 11, 12]);
    pending.push(clunk(connection, 14), clunk(connection, 15));
    await settle();
    expect(server.requests.slice(4).map(({ tag }) => tag)).toEqual([0, 1]);
    for (const tag of [3, 0, 1]) server.reply({ tag }, Rclunk, {});
    expect(await Promise.all(pending)).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test("of one turn leave in one write", async () => {
    const { server, connection } = await connected();
    for (let fid = 0; fid < 100; fid++) void clunk(connection, fid);
    await settle();
    expect(server.requests.length).toBe(100);
    expect(server.writes.length).toBe(2);
  });

  test("wait when too many are in flight", async () => {
    const { server, connection } = await connected({ maxInFlight: 2 });
    const pending = [0, 1, 2, 3, 4].map(async (fid) => clunk(connection, fid));
    await settle();
    expect(server.requests.map(({ body }) => body["fid"])).toEqual([0, 1]);
    server.reply({ tag: 1 }, Rclunk, {});
    await settle();
    expect(server.requests.map(({ body }) => body["fid"])).toEqual([0, 1, 2]);
    for (const tag of [0, 1, 0, 1]) {
      server.reply({ tag }, Rclunk, {});
      await settle();
    }
    expect(await Promise.all(pending)).toEqual([0, 1, 2, 3, 4]);
  });

  test("wait when the stream is full", async () => {
    const { server, connection } = await connected();
    server.room = false;
    void clunk(connection, 0);
    await settle();
    void clunk(connection, 1);
    await settle();
    expect(server.requests.length).toBe(1);
    server.drain();
    await settle();
    expect(server.requests.length).toBe(2);
  });

  test("that do not fit are refused and leave no tag behind", async () => {
    const { server, connection } = await connected({ msize: 256 });
    const write = connection.request(Twrite, { fid: 0, offset: 0n, data: new Uint8Array(234) }, Rwrite);
    await expect(write).rejects.toMatchObject({ code: "EMSGSIZE" });
    await expect(write).rejects.toThrow("Twrite does not fit into a message of 256 bytes");
    void connection.request(Twrite, { fid: 0, offset: 0n, data: new Uint8Array(233) }, Rwrite);
    await settle();
    expect(server.last("Twrite").tag).toBe(0);
    expect(server.writes.at(-1)!.length).toBe(256);
  });

  test("may be refused by the server", async () => {
    const { server, connection } = await connected();
    const errors: unknown[] = [];
    for (const errno of [2, 999, 0]) {
      const pending = clunk(connection, 1).catch((error: unknown) => errors.push(error));
      await settle();
      server.refuse(server.last("Tclunk"), errno);
      await pending;
    }
    const [missing, odd, zero] = errors;
    expect(missing).toMatchObject({ errno: 2, code: "ENOENT", message: "Tclunk: No such file or directory" });
    expect(odd).toMatchObject({ errno: 999, code: "errno 999" });
    expect(zero).toMatchObject({ errno: 5, code: "EIO" });
    expect(connection.error).toBeUndefined();
  });

  test("show payloads before they are gone", async () => {
    const { server, connection } = await connected();
    const body = { fid: 1, offset: 0n, count: 3 };
    const reading = connection.requestTaking(Tread, body, Rread, ({ data }) => [...data]);
    await settle();
    server.reply({ tag: 0 }, Rread, { data: hex("010203") });
    expect(await reading).toEqual([1, 2, 3]);
  });

  test("survive any split of the replies", async () => {
    const qids = [{ type: 0x80, version: 7, path: 0x1122334455667788n }];
    const replies = [
      encode(Rwalk, 1, { qids }),
      encode(Rclunk, 0, {}),
      encode(Rread, 2, { data: hex("00ff00ff") }),
    ];
    const all = Uint8Array.from(replies.flatMap((reply) => [...reply]));
    for (let first = 0; first <= all.length; first++) {
      for (let second = first; second <= all.length; second++) {
        const { server, connection } = await connected();
        const results = Promise.all([
          clunk(connection, 9),
          connection.request(Twalk, { fid: 1, newfid: 2, names: ["x"] }, Rwalk),
          connection.requestTaking(Tread, { fid: 1, offset: 0n, count: 9 }, Rread, ({ data }) => [...data]),
        ]);
        // In the turn in which they were made: the replies may not come before the requests have left.
        await Promise.resolve().then(settleMicrotasks);
        for (const [from, to] of [[0, first] as const, [first, second] as const, [second] as const])
          server.send(all.slice(from, to));
        expect(await results).toEqual([9, { qids }, [0, 255, 0, 255]]);
      }
    }
  });
});

async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe("a connection ends", () => {
  test.each([
    ["an unknown tag", "07000000 79 0900", "a reply to a request that was never made: Rclunk tag 9"],
    ["a tag twice", "07000000 79 0000 07000000 79 0000", "a reply to a request that was never made"],
    ["the wrong type", "07000000 7d 0000", "the wrong reply to Tclunk"],
    ["an unknown type", "07000000 fe 0000", "the wrong reply to Tclunk: unknown message type 254"],
    ["a reply that is too long", "08000000 79 0000 00", "Rclunk has 1 bytes after its last field"],
    ["a reply that is cut off", "09000000 07 0000 0000", "Rlerror is truncated"],
    ["a size below the header's", "06000000 79 00", "6 bytes long, less than its header"],
    ["a size beyond msize", "ffffffff 79 0000", "4294967295 bytes long; the limit is"],
  ])("with %s", async (_, bytes, text) => {
    const { server, connection } = await connected();
    const pending = [clunk(connection, 1), clunk(connection, 2)];
    const settled = Promise.allSettled(pending);
    await settle();
    server.send(hex(bytes));
    const last = (await settled)[1];
    expect(last).toMatchObject({ status: "rejected", reason: { name: "ConnectionError", code: "EPROTO" } });
    await expect(pending[1]).rejects.toThrow(text);
    expect(server.closedByClient).toBe(true);
    await expect(clunk(connection, 3)).rejects.toBe(connection.error);
  });

  test("when the server hangs up, even in the middle of a message", async () => {
    for (const sent of ["", "07000000 79"]) {
      const { server, connection } = await connected({ maxInFlight: 1 });
      const pending = [clunk(connection, 1), clunk(connection, 2)];
      await settle();
      server.send(hex(sent));
      server.hangUp();
      for (const result of pending) {
        await expect(result).rejects.toThrow("the server closed the connection");
        await expect(result).rejects.toMatchObject({ code: "ECONNRESET" });
      }
    }
  });

  test("when the stream breaks", async () => {
    const { server, connection } = await connected();
    const pending = clunk(connection, 1);
    server.hangUp(new Error("read ECONNRESET"));
    await expect(pending).rejects.toThrow("the connection broke: read ECONNRESET");
  });

  test("when it is closed, after what was asked has left", async () => {
    const { server, connection } = await connected();
    const pending = clunk(connection, 1);
    connection.close();
    connection.close();
    await expect(pending).rejects.toThrow("the connection was closed");
    expect(server.last("Tclunk").body).toEqual({ fid: 1 });
    expect(server.closedByClient).toBe(true);
  });
});
