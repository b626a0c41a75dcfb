import { Rclunk, Rflush } from "@ninep/wire";
import { describe, expect, test } from "vitest";
import { clunk, connected } from "./testing/connected.js";
import { settle } from "./testing/fake-server.js";

describe("giving up a request", () => {
  test("before it is made or while it waits sends nothing", async () => {
    const { server, connection } = await connected({ maxInFlight: 1 });
    await expect(clunk(connection, 1, AbortSignal.abort())).rejects.toThrow("aborted");
    void clunk(connection, 2);
    const controller = new AbortController();
    const waiting = clunk(connection, 3, controller.signal);
    const behind = clunk(connection, 4);
    controller.abort();
    await expect(waiting).rejects.toThrow("aborted");
    server.reply({ tag: 0 }, Rclunk, {});
    await settle();
    server.reply({ tag: 0 }, Rclunk, {});
    expect(await behind).toBe(4);
    expect(server.requests.map(({ body }) => body)).toEqual([{ fid: 2 }, { fid: 4 }]);
  });

  test("flushes it; its tag is free when the server says so", async () => {
    const { server, connection } = await connected();
    const controller = new AbortController();
    let settled = false;
    const pending = clunk(connection, 1, controller.signal).finally(() => (settled = true));
    await settle();
    controller.abort(new Error("enough"));
    await settle();
    const flush = server.last("Tflush");
    expect(flush).toMatchObject({ tag: 1, body: { oldtag: 0 } });
    expect(settled).toBe(false);
    void clunk(connection, 2);
    await settle();
    expect(server.last("Tclunk").tag).toBe(2);
    server.reply(flush, Rflush, {});
    await expect(pending).rejects.toThrow("enough");
    void clunk(connection, 3);
    await settle();
    expect(server.last("Tclunk").tag).toBe(0);
  });

  test("that the server answers first succeeds; its tag stays taken until the flush is answered", async () => {
    const { server, connection } = await connected();
    const controller = new AbortController();
    const pending = clunk(connection, 1, controller.signal);
    await settle();
    controller.abort();
    await settle();
    server.reply({ tag: 0 }, Rclunk, {});
    expect(await pending).toBe(1);
    void clunk(connection, 2);
    await settle();
    expect(server.last("Tclunk").tag).toBe(2);
    server.reply({ tag: 1 }, Rflush, {});
    void clunk(connection, 3);
    await settle();
    expect(server.last("Tclunk").tag).toBeLessThan(2);
    expect(connection.error).toBeUndefined();
  });

  test("listens once to a signal that many requests share, and no longer than they last", async () => {
    const { server, connection } = await connected();
    const { signal } = new AbortController();
    let listeners = 0;
    let added = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      added++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const pending = [1, 2, 3].map(async (fid) => clunk(connection, fid, signal));
    await settle();
    expect(listeners).toBe(1);
    for (const tag of [0, 1, 2]) server.reply({ tag }, Rclunk, {});
    await Promise.all(pending);
    expect([listeners, added]).toEqual([0, 1]);
  });

  test("ends also when the server refuses the flush or hangs up", async () => {
    const { server, connection } = await connected();
    const controller = new AbortController();
    const pending = [clunk(connection, 1, controller.signal), clunk(connection, 2, controller.signal)];
    const settled = Promise.allSettled(pending);
    await settle();
    controller.abort(new Error("enough"));
    await settle();
    server.refuse(server.requests[2]!, 95);
    await expect(pending[0]).rejects.toThrow("enough");
    server.hangUp();
    await settled;
    await expect(pending[1]).rejects.toThrow("the server closed the connection");
  });
});
