import { DT_REG, Rlock, Rread, Rreaddir, Rwrite, Writer, errno, writeDirent } from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Attached, fileQid } from "./testing/attached.js";
import { settle, type Received } from "./testing/fake-server.js";

let on: Attached;

beforeEach(async () => {
  on = await Attached.make();
});

afterEach(() => {
  on.client.close();
});

/** Rreaddir's payload, with offsets 1, 2 and so on. */
function entries(names: readonly string[]): { data: Uint8Array } {
  const bytes = new Uint8Array(4096);
  const writer = new Writer().reset(bytes);
  names.forEach((name, i) => {
    writeDirent(writer, { qid: fileQid, offset: BigInt(i + 1), type: DT_REG, name }, bytes.length);
  });
  return { data: bytes.slice(0, writer.position) };
}

describe("reading and writing", () => {
  test("asks for no more than the iounit", async () => {
    const file = await on.opened(1000);
    const reading = file.read(new Uint8Array(5000), 7);
    const read = await on.answer("Tread", (request) => {
      on.server.reply(request, Rread, { data: new Uint8Array(999) });
    });
    expect(read.body).toEqual({ fid: 1, offset: 7n, count: 1000 });
    expect(await reading).toBe(999);
    const writing = file.write(new Uint8Array(5000), 7);
    const written = await on.answer("Twrite", (request) => {
      on.server.reply(request, Rwrite, { count: 1 });
    });
    expect(written.body["data"]).toHaveLength(1000);
    expect(await writing).toBe(1);
  });

  test("ends the connection when the server gives or takes more than it may", async () => {
    const file = await on.opened();
    const buffer = new Uint8Array(8);
    const reading = expect(file.read(buffer.subarray(0, 4), 0)).rejects.toThrow(
      "Rread has 5 bytes; 4 were asked for",
    );
    await on.answer("Tread", (request) => {
      on.server.reply(request, Rread, { data: new Uint8Array(5).fill(1) });
    });
    await reading;
    expect(buffer).toEqual(new Uint8Array(8));
  });

  test("ends the connection when the server takes more than was sent", async () => {
    const file = await on.opened();
    const writing = expect(file.write(new Uint8Array(4), 0)).rejects.toThrow(
      "Rwrite took 5 bytes; 4 were sent",
    );
    await on.answer("Twrite", (request) => {
      on.server.reply(request, Rwrite, { count: 5 });
    });
    await writing;
  });

  test("goes on after short reads and short writes", async () => {
    const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    const got: number[] = [];
    const short = (request: Received) => {
      const { body } = request;
      if (request.name === "Tread") {
        const start = Number(body["offset"]);
        const data = content.subarray(start, start + Math.min(body["count"] as number, 1 + (start % 13)));
        on.server.reply(request, Rread, { data });
      } else {
        const data = (body["data"] as Uint8Array).subarray(0, 1 + (Number(body["offset"]) % 7));
        data.forEach((byte, i) => (got[Number(body["offset"]) + i] = byte));
        on.server.reply(request, Rwrite, { count: data.length });
      }
    };
    const file = await on.opened();
    on.server.answerWith(short);
    const read: number[] = [];
    for await (const chunk of file.readStream({ chunkSize: 100 })) read.push(...chunk);
    expect(read).toEqual([...content]);
    await file.writeAll(content);
    expect(got).toEqual([...content]);
  });

  test("fails when a write takes nothing", async () => {
    const file = await on.opened();
    const writing = expect(file.writeAll(new Uint8Array(4))).rejects.toThrow("took no bytes");
    await on.answer("Twrite", (request) => {
      on.server.reply(request, Rwrite, { count: 0 });
    });
    await writing;
  });

  test("stops at the first error, after all requests are answered", async () => {
    const file = await on.opened();
    let pulled = 0;
    const source = function* () {
      for (;;) {
        pulled++;
        yield new Uint8Array(10);
      }
    };
    let settled = false;
    const writing = file
      .writeFrom(source(), 0, { window: 4 })
      .catch((error: unknown) => error)
      .finally(() => (settled = true));
    await settle();
    const writes = on.server.requests.filter(({ name }) => name === "Twrite");
    expect(writes.map(({ body }) => body["offset"])).toEqual([0n, 10n, 20n, 30n]);
    on.server.refuse(writes[2]!, errno.ENOSPC);
    await settle();
    expect(settled).toBe(false);
    for (const at of [0, 1, 3]) on.server.reply(writes[at]!, Rwrite, { count: 10 });
    expect(await writing).toMatchObject({ code: "ENOSPC" });
    expect(pulled).toBeLessThanOrEqual(5);
  });
});

describe("a directory", () => {
  /** Reads it from a server that answers each Treaddir in turn. */
  async function read(answers: readonly { data: Uint8Array }[]): Promise<string[]> {
    const dir = await on.opened();
    const names: string[] = [];
    let at = 0;
    on.server.answerWith((request) => {
      on.server.reply(request, Rreaddir, answers[Math.min(at++, answers.length - 1)]!);
    });
    for await (const { name } of dir.readdir()) names.push(name);
    return names;
  }

  test("is read to its end, without . and ..", async () => {
    expect(await read([entries([".", "..", "a", "b"]), entries([])])).toEqual(["a", "b"]);
  });

  test.each(["../x", "/", "", "a/b", "a\0b"])("with the name %j is refused", async (name) => {
    const reading = read([entries(["a", name]), entries([])]);
    await expect(reading).rejects.toThrow("the server sent a name that no file can have");
    await expect(reading).rejects.toMatchObject({ code: "EIO" });
  });

  test("that goes round in circles is refused", async () => {
    await expect(read([entries(["a", "b"])])).rejects.toThrow("the directory would never end");
  });

  test("with an entry that is cut off is refused", async () => {
    const whole = entries(["abc"]).data;
    await expect(read([{ data: whole.subarray(0, -1) }])).rejects.toThrow("in the middle of an entry");
  });

  test("with more bytes than were asked for is refused", async () => {
    await expect(read([{ data: new Uint8Array(128 * 1024 + 1) }])).rejects.toThrow(
      "Rreaddir has 131073 bytes",
    );
  });
});

test("locks that the server cannot give throw", async () => {
  const file = await on.opened();
  const range = { type: 1, start: 0n, length: 0n, procId: 1, clientId: "" };
  for (const [status, code] of [
    [2, "ENOLCK"],
    [3, "EAGAIN"],
  ] as const) {
    const locking = expect(file.lock(range)).rejects.toMatchObject({ code });
    await on.answer("Tlock", (request) => {
      on.server.reply(request, Rlock, { status });
    });
    await locking;
  }
});
