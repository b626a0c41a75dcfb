import { Rversion } from "@ninep/wire";
import { describe, expect, test } from "vitest";
import { clunk, connect, connected } from "./testing/connected.js";
import { FakeServer, hex, settle } from "./testing/fake-server.js";

describe("version", () => {
  test("offers 1 MiB and 9P2000.L", async () => {
    const { server, connection } = await connected();
    expect(server.writes).toEqual([
      hex("15000000 64 ffff 00001000 0800 3950323030302e4c"), // size, Tversion, NOTAG, msize, "9P2000.L"
    ]);
    expect(connection.msize).toBe(1024 * 1024);
    expect(connection.ioSize).toBe(1024 * 1024 - 24);
  });

  test("takes the smaller msize of the server", async () => {
    const server = new FakeServer((request) => {
      if (request.name === "Tversion") server.reply(request, Rversion, { msize: 8192, version: "9P2000.L" });
    });
    const connection = await connect(server);
    expect(connection.msize).toBe(8192);
    // From now on, a larger message is none.
    const pending = clunk(connection, 1);
    await settle();
    server.send(hex("01200000 79 0000"));
    await expect(pending).rejects.toThrow("8193 bytes long; the limit is 8192");
  });

  test.each([
    [{ msize: 8192, version: "unknown" }, 'does not speak 9P2000.L: it answered "unknown"'],
    [{ msize: 8192, version: "9P2000.u" }, 'it answered "9P2000.u"'],
    [{ msize: 8193, version: "9P2000.L" }, "wants messages of 8193 bytes"],
    [{ msize: 255, version: "9P2000.L" }, "wants messages of 255 bytes"],
  ])("refuses %j", async (answer, text) => {
    const server = new FakeServer((request) => {
      server.reply(request, Rversion, answer);
    });
    const refused = expect(connect(server, { msize: 8192 })).rejects;
    await refused.toThrow(text);
    await refused.toMatchObject({ code: "EPROTO" });
    expect(server.closedByClient).toBe(true);
  });

  test("fails when the server refuses or hangs up", async () => {
    const refusing = new FakeServer((request) => {
      refusing.refuse(request, 22);
    });
    await expect(connect(refusing)).rejects.toThrow("Tversion: Invalid argument");
    const leaving = new FakeServer(() => {
      leaving.hangUp();
    });
    await expect(connect(leaving)).rejects.toThrow("the server closed the connection");
  });

  test("can be given up", async () => {
    const silent = new FakeServer(() => undefined);
    const controller = new AbortController();
    const connecting = connect(silent, { signal: controller.signal });
    await settle();
    controller.abort();
    await expect(connecting).rejects.toThrow(controller.signal.reason as Error);
    expect(silent.closedByClient).toBe(true);
    await expect(connect(new FakeServer(), { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  });

  test("refuses options out of range", async () => {
    await expect(connect(new FakeServer(), { msize: 255 })).rejects.toThrow(RangeError);
    await expect(connect(new FakeServer(), { msize: NaN })).rejects.toThrow(RangeError);
    await expect(connect(new FakeServer(), { maxInFlight: 0 })).rejects.toThrow(RangeError);
    await expect(connect(new FakeServer(), { maxInFlight: 32768 })).rejects.toThrow(RangeError);
  });
});
