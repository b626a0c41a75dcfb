import {
  DT_REG,
  QTDIR,
  QTFILE,
  Rattach,
  Rclunk,
  Rflush,
  Rgetattr,
  Rlock,
  Rlopen,
  Rread,
  Rreaddir,
  Rremove,
  Rrename,
  Rwalk,
  Rwrite,
  Rxattrcreate,
  Rxattrwalk,
  Writer,
  errno,
  writeDirent,
} from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Client } from "./client.js";
import type { File } from "./file.js";
import type { OpenFile } from "./open-file.js";
import { FakeServer, settle, type Received } from "./testing/fake-server.js";

const dirQid = { type: QTDIR, version: 0, path: 1n };
const fileQid = { type: QTFILE, version: 0, path: 2n };

let server: FakeServer;
let client: Client;
let root: File;

beforeEach(async () => {
  server = new FakeServer();
  client = await Client.connect(server.stream);
  const attaching = client.attach({ aname: "tree", uname: "me", uid: 1000 });
  await settle();
  server.reply(server.last("Tattach"), Rattach, { qid: dirQid });
  root = await attaching;
});

afterEach(() => {
  client.close();
});

/** Answers the next request, which must have this name, and returns it. */
async function answer(name: string, reply: (request: Received) => void): Promise<Received> {
  await settle();
  const request = server.last(name);
  reply(request);
  return request;
}

async function walked(): Promise<File> {
  const walking = root.walk("f");
  await answer("Twalk", (request) => {
    server.reply(request, Rwalk, { qids: [fileQid] });
  });
  return walking;
}

async function opened(iounit = 0): Promise<OpenFile> {
  const file = await walked();
  const opening = file.open();
  await answer("Tlopen", (request) => {
    server.reply(request, Rlopen, { qid: fileQid, iounit });
  });
  return opening;
}

/** Rreaddir's payload, with offsets 1, 2 and so on. */
function entries(names: readonly string[]): { data: Uint8Array } {
  const bytes = new Uint8Array(4096);
  const writer = new Writer().reset(bytes);
  names.forEach((name, i) => {
    writeDirent(writer, { qid: fileQid, offset: BigInt(i + 1), type: DT_REG, name }, bytes.length);
  });
  return { data: bytes.slice(0, writer.position) };
}

test("attaches without authentication", () => {
  expect(server.requests[0]).toMatchObject({
    body: { fid: 0, afid: 0xffffffff, uname: "me", aname: "tree", nUname: 1000 },
  });
  expect(root.qid).toEqual(dirQid);
});

describe("a walk", () => {
  const long = Array.from({ length: 20 }, (_, i) => `d${i}`);

  test("of more than 16 names takes several requests on one fid", async () => {
    const walking = root.walk(long.join("/"));
    const first = await answer("Twalk", (request) => {
      server.reply(request, Rwalk, { qids: long.slice(0, 16).map(() => dirQid) });
    });
    expect(first.body).toEqual({ fid: 0, newfid: 1, names: long.slice(0, 16) });
    const second = await answer("Twalk", (request) => {
      server.reply(request, Rwalk, { qids: [dirQid, dirQid, dirQid, fileQid] });
    });
    expect(second.body).toEqual({ fid: 1, newfid: 1, names: long.slice(16) });
    expect((await walking).qid).toEqual(fileQid);
  });

  test("that ends in its second part gives its fid back", async () => {
    const walking = expect(root.walk(long)).rejects.toMatchObject({ code: "ENOENT" });
    await answer("Twalk", (request) => {
      server.reply(request, Rwalk, { qids: long.slice(0, 16).map(() => dirQid) });
    });
    await answer("Twalk", (request) => {
      server.refuse(request, errno.ENOENT);
    });
    const clunk = await answer("Tclunk", (request) => {
      server.reply(request, Rclunk, {});
    });
    expect(clunk.body).toEqual({ fid: 1 });
    await walking;
  });

  test("that comes only half way is ENOENT, or ENOTDIR behind a file, and makes no fid", async () => {
    for (const [qids, code] of [
      [[dirQid], "ENOENT"],
      [[fileQid], "ENOTDIR"],
      [[], "ENOENT"],
    ] as const) {
      const walking = expect(root.walk("a/b")).rejects.toMatchObject({ code });
      const { body } = await answer("Twalk", (request) => {
        server.reply(request, Rwalk, { qids: [...qids] });
      });
      expect(body["newfid"]).toBe(1);
      await walking;
    }
    expect(client.connection.fids.taken).toBe(1);
  });

  test("with more qids than names ends the connection", async () => {
    const walking = expect(root.walk("a")).rejects.toThrow("Rwalk has 2 qids for 1 names");
    await answer("Twalk", (request) => {
      server.reply(request, Rwalk, { qids: [dirQid, dirQid] });
    });
    await walking;
    expect(server.closedByClient).toBe(true);
  });

  test("that is given up clunks the fid that it may have made", async () => {
    const controller = new AbortController();
    const walking = expect(root.walk("a", { signal: controller.signal })).rejects.toThrow("enough");
    await settle();
    controller.abort(new Error("enough"));
    await answer("Tflush", (request) => {
      server.reply(request, Rflush, {});
    });
    const clunk = await answer("Tclunk", (request) => {
      server.refuse(request, errno.EBADF);
    });
    expect(clunk.body).toEqual({ fid: 1 });
    await walking;
    expect(client.connection.fids.taken).toBe(1);
  });
});

describe("a clunk", () => {
  test("that fails says so, and the fid is free all the same", async () => {
    const file = await walked();
    const closing = expect(file.close()).rejects.toMatchObject({ code: "EIO" });
    await answer("Tclunk", (request) => {
      server.refuse(request, errno.EIO);
    });
    await closing;
    expect(file.closed).toBe(true);
    expect((await walked()).fid).toBe(1);
  });

  test("follows a failed open", async () => {
    const opening = expect(root.openAt("f")).rejects.toMatchObject({ code: "EACCES" });
    await answer("Twalk", (request) => {
      server.reply(request, Rwalk, { qids: [fileQid] });
    });
    await answer("Tlopen", (request) => {
      server.refuse(request, errno.EACCES);
    });
    await answer("Tclunk", (request) => {
      server.reply(request, Rclunk, {});
    });
    await opening;
  });

  test("is not sent over a broken connection, and does not hide why", async () => {
    const run = async () => {
      await using file = await walked();
      const getting = file.getattr();
      server.hangUp();
      await getting;
    };
    await expect(run()).rejects.toThrow("the server closed the connection");
  });
});

describe("reading and writing", () => {
  test("asks for no more than the iounit", async () => {
    const file = await opened(1000);
    const reading = file.read(new Uint8Array(5000), 7);
    const read = await answer("Tread", (request) => {
      server.reply(request, Rread, { data: new Uint8Array(999) });
    });
    expect(read.body).toEqual({ fid: 1, offset: 7n, count: 1000 });
    expect(await reading).toBe(999);
    const writing = file.write(new Uint8Array(5000), 7);
    const written = await answer("Twrite", (request) => {
      server.reply(request, Rwrite, { count: 1 });
    });
    expect(written.body["data"]).toHaveLength(1000);
    expect(await writing).toBe(1);
  });

  test("ends the connection when the server gives or takes more than it may", async () => {
    const file = await opened();
    const buffer = new Uint8Array(8);
    const reading = expect(file.read(buffer.subarray(0, 4), 0)).rejects.toThrow(
      "Rread has 5 bytes; 4 were asked for",
    );
    await answer("Tread", (request) => {
      server.reply(request, Rread, { data: new Uint8Array(5).fill(1) });
    });
    await reading;
    expect(buffer).toEqual(new Uint8Array(8));
  });

  test("ends the connection when the server takes more than was sent", async () => {
    const file = await opened();
    const writing = expect(file.write(new Uint8Array(4), 0)).rejects.toThrow(
      "Rwrite took 5 bytes; 4 were sent",
    );
    await answer("Twrite", (request) => {
      server.reply(request, Rwrite, { count: 5 });
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
        server.reply(request, Rread, { data });
      } else {
        const data = (body["data"] as Uint8Array).subarray(0, 1 + (Number(body["offset"]) % 7));
        data.forEach((byte, i) => (got[Number(body["offset"]) + i] = byte));
        server.reply(request, Rwrite, { count: data.length });
      }
    };
    const file = await opened();
    server.answerWith(short);
    const read: number[] = [];
    for await (const chunk of file.readStream({ chunkSize: 100 })) read.push(...chunk);
    expect(read).toEqual([...content]);
    await file.writeAll(content);
    expect(got).toEqual([...content]);
  });

  test("fails when a write takes nothing", async () => {
    const file = await opened();
    const writing = expect(file.writeAll(new Uint8Array(4))).rejects.toThrow("took no bytes");
    await answer("Twrite", (request) => {
      server.reply(request, Rwrite, { count: 0 });
    });
    await writing;
  });

  test("stops at the first error, after all requests are answered", async () => {
    const file = await opened();
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
    const writes = server.requests.filter(({ name }) => name === "Twrite");
    expect(writes.map(({ body }) => body["offset"])).toEqual([0n, 10n, 20n, 30n]);
    server.refuse(writes[2]!, errno.ENOSPC);
    await settle();
    expect(settled).toBe(false);
    for (const at of [0, 1, 3]) server.reply(writes[at]!, Rwrite, { count: 10 });
    expect(await writing).toMatchObject({ code: "ENOSPC" });
    expect(pulled).toBeLessThanOrEqual(5);
  });
});

describe("a directory", () => {
  /** Reads it from a server that answers each Treaddir in turn. */
  async function read(answers: readonly { data: Uint8Array }[]): Promise<string[]> {
    const dir = await opened();
    const names: string[] = [];
    let at = 0;
    server.answerWith((request) => {
      server.reply(request, Rreaddir, answers[Math.min(at++, answers.length - 1)]!);
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

describe("an extended attribute", () => {
  test("that is said to be huge is not believed, and its fid is clunked", async () => {
    const getting = expect(root.getXattr("user.a")).rejects.toMatchObject({ code: "E2BIG" });
    await answer("Txattrwalk", (request) => {
      server.reply(request, Rxattrwalk, { size: 1n << 60n });
    });
    await answer("Tclunk", (request) => {
      server.reply(request, Rclunk, {});
    });
    await getting;
  });

  test("that ends early is as long as it is", async () => {
    const getting = root.getXattr("user.a");
    await answer("Txattrwalk", (request) => {
      server.reply(request, Rxattrwalk, { size: 10n });
    });
    await answer("Tread", (request) => {
      server.reply(request, Rread, { data: new Uint8Array(4) });
    });
    await answer("Tread", (request) => {
      server.reply(request, Rread, { data: new Uint8Array(0) });
    });
    await answer("Tclunk", (request) => {
      server.reply(request, Rclunk, {});
    });
    expect(await getting).toEqual(new Uint8Array(4));
  });

  test("fails with what the server says at the clunk", async () => {
    const setting = expect(root.setXattr("user.a", new Uint8Array(3))).rejects.toMatchObject({
      code: "ENOSPC",
    });
    await answer("Twalk", (request) => {
      server.reply(request, Rwalk, { qids: [] });
    });
    await answer("Txattrcreate", (request) => {
      server.reply(request, Rxattrcreate, {});
    });
    await answer("Twrite", (request) => {
      server.reply(request, Rwrite, { count: 3 });
    });
    await answer("Tclunk", (request) => {
      server.refuse(request, errno.ENOSPC);
    });
    await setting;
  });
});

test("servers without Trenameat and Tunlinkat are asked with Trename and Tremove", async () => {
  const seen: string[] = [];
  server.answerWith((request) => {
    seen.push(request.name);
    if (request.name === "Twalk") server.reply(request, Rwalk, { qids: [fileQid] });
    else if (request.name === "Trename") server.reply(request, Rrename, {});
    else if (request.name === "Tremove") server.reply(request, Rremove, {});
    else if (request.name === "Tclunk") server.reply(request, Rclunk, {});
    else server.refuse(request, errno.EOPNOTSUPP);
  });
  await root.rename("a", root, "b");
  await root.unlink("b");
  expect(seen).toEqual(["Trenameat", "Twalk", "Trename", "Tclunk", "Tunlinkat", "Twalk", "Tremove"]);
  expect(client.connection.fids.taken).toBe(1);
});

test("locks that the server cannot give throw", async () => {
  const file = await opened();
  const range = { type: 1, start: 0n, length: 0n, procId: 1, clientId: "" };
  for (const [status, code] of [
    [2, "ENOLCK"],
    [3, "EAGAIN"],
  ] as const) {
    const locking = expect(file.lock(range)).rejects.toMatchObject({ code });
    await answer("Tlock", (request) => {
      server.reply(request, Rlock, { status });
    });
    await locking;
  }
});

test("getattr shows what the server left out", async () => {
  const getting = root.getattr(0x1n);
  const time = { sec: 0n, nsec: 0n };
  const attr = {
    ...{ valid: 1n, qid: dirQid, mode: 0o40755, uid: 0, gid: 0, nlink: 0n, rdev: 0n, size: 0n, blksize: 0n },
    ...{ blocks: 0n, atime: time, mtime: time, ctime: time, btime: time, gen: 0n, dataVersion: 0n },
  };
  const { body } = await answer("Tgetattr", (request) => {
    server.reply(request, Rgetattr, attr);
  });
  expect(body).toEqual({ fid: 0, mask: 1n });
  expect(await getting).toEqual(attr);
});
