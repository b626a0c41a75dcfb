import {
  Rclunk,
  Rflush,
  Rgetattr,
  Rread,
  Rremove,
  Rrename,
  Rwalk,
  Rwrite,
  Rxattrcreate,
  Rxattrwalk,
  errno,
} from "@ninep/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Attached, dirQid, fileQid } from "./testing/attached.js";
import { settle } from "./testing/fake-server.js";

let on: Attached;

beforeEach(async () => {
  on = await Attached.make();
});

afterEach(() => {
  on.client.close();
});

test("attaches without authentication", () => {
  expect(on.server.requests[0]).toMatchObject({
    body: { fid: 0, afid: 0xffffffff, uname: "me", aname: "tree", nUname: 1000 },
  });
  expect(on.root.qid).toEqual(dirQid);
});

describe("a walk", () => {
  const long = Array.from({ length: 20 }, (_, i) => `d${i}`);

  test("of more than 16 names takes several requests on one fid", async () => {
    const walking = on.root.walk(long.join("/"));
    const first = await on.answer("Twalk", (request) => {
      on.server.reply(request, Rwalk, { qids: long.slice(0, 16).map(() => dirQid) });
    });
    expect(first.body).toEqual({ fid: 0, newfid: 1, names: long.slice(0, 16) });
    const second = await on.answer("Twalk", (request) => {
      on.server.reply(request, Rwalk, { qids: [dirQid, dirQid, dirQid, fileQid] });
    });
    expect(second.body).toEqual({ fid: 1, newfid: 1, names: long.slice(16) });
    expect((await walking).qid).toEqual(fileQid);
  });

  test("that ends in its second part gives its fid back", async () => {
    const walking = expect(on.root.walk(long)).rejects.toMatchObject({ code: "ENOENT" });
    await on.answer("Twalk", (request) => {
      on.server.reply(request, Rwalk, { qids: long.slice(0, 16).map(() => dirQid) });
    });
    await on.answer("Twalk", (request) => {
      on.server.refuse(request, errno.ENOENT);
    });
    const clunk = await on.answer("Tclunk", (request) => {
      on.server.reply(request, Rclunk, {});
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
      const walking = expect(on.root.walk("a/b")).rejects.toMatchObject({ code });
      const { body } = await on.answer("Twalk", (request) => {
        on.server.reply(request, Rwalk, { qids: [...qids] });
      });
      expect(body["newfid"]).toBe(1);
      await walking;
    }
    expect(on.client.connection.fids.taken).toBe(1);
  });

  test("with more qids than names ends the connection", async () => {
    const walking = expect(on.root.walk("a")).rejects.toThrow("Rwalk has 2 qids for 1 names");
    await on.answer("Twalk", (request) => {
      on.server.reply(request, Rwalk, { qids: [dirQid, dirQid] });
    });
    await walking;
    expect(on.server.closedByClient).toBe(true);
  });

  test("that is given up clunks the fid that it may have made", async () => {
    const controller = new AbortController();
    const walking = expect(on.root.walk("a", { signal: controller.signal })).rejects.toThrow("enough");
    await settle();
    controller.abort(new Error("enough"));
    await on.answer("Tflush", (request) => {
      on.server.reply(request, Rflush, {});
    });
    const clunk = await on.answer("Tclunk", (request) => {
      on.server.refuse(request, errno.EBADF);
    });
    expect(clunk.body).toEqual({ fid: 1 });
    await walking;
    expect(on.client.connection.fids.taken).toBe(1);
  });
});

describe("a clunk", () => {
  test("that fails says so, and the fid is free all the same", async () => {
    const file = await on.walked();
    const closing = expect(file.close()).rejects.toMatchObject({ code: "EIO" });
    await on.answer("Tclunk", (request) => {
      on.server.refuse(request, errno.EIO);
    });
    await closing;
    expect(file.closed).toBe(true);
    expect((await on.walked()).fid).toBe(1);
  });

  test("follows a failed open", async () => {
    const opening = expect(on.root.openAt("f")).rejects.toMatchObject({ code: "EACCES" });
    await on.answer("Twalk", (request) => {
      on.server.reply(request, Rwalk, { qids: [fileQid] });
    });
    await on.answer("Tlopen", (request) => {
      on.server.refuse(request, errno.EACCES);
    });
    await on.answer("Tclunk", (request) => {
      on.server.reply(request, Rclunk, {});
    });
    await opening;
  });

  test("is not sent over a broken connection, and does not hide why", async () => {
    const run = async () => {
      await using file = await on.walked();
      const getting = file.getattr();
      on.server.hangUp();
      await getting;
    };
    await expect(run()).rejects.toThrow("the server closed the connection");
  });
});

describe("an extended attribute", () => {
  test("that is said to be huge is not believed, and its fid is clunked", async () => {
    const getting = expect(on.root.getXattr("user.a")).rejects.toMatchObject({ code: "E2BIG" });
    await on.answer("Txattrwalk", (request) => {
      on.server.reply(request, Rxattrwalk, { size: 1n << 60n });
    });
    await on.answer("Tclunk", (request) => {
      on.server.reply(request, Rclunk, {});
    });
    await getting;
  });

  test("that ends early is as long as it is", async () => {
    const getting = on.root.getXattr("user.a");
    await on.answer("Txattrwalk", (request) => {
      on.server.reply(request, Rxattrwalk, { size: 10n });
    });
    await on.answer("Tread", (request) => {
      on.server.reply(request, Rread, { data: new Uint8Array(4) });
    });
    await on.answer("Tread", (request) => {
      on.server.reply(request, Rread, { data: new Uint8Array(0) });
    });
    await on.answer("Tclunk", (request) => {
      on.server.reply(request, Rclunk, {});
    });
    expect(await getting).toEqual(new Uint8Array(4));
  });

  test("fails with what the server says at the clunk", async () => {
    const setting = expect(on.root.setXattr("user.a", new Uint8Array(3))).rejects.toMatchObject({
      code: "ENOSPC",
    });
    await on.answer("Twalk", (request) => {
      on.server.reply(request, Rwalk, { qids: [] });
    });
    await on.answer("Txattrcreate", (request) => {
      on.server.reply(request, Rxattrcreate, {});
    });
    await on.answer("Twrite", (request) => {
      on.server.reply(request, Rwrite, { count: 3 });
    });
    await on.answer("Tclunk", (request) => {
      on.server.refuse(request, errno.ENOSPC);
    });
    await setting;
  });
});

test("servers without Trenameat and Tunlinkat are asked with Trename and Tremove", async () => {
  const seen: string[] = [];
  on.server.answerWith((request) => {
    seen.push(request.name);
    if (request.name === "Twalk") on.server.reply(request, Rwalk, { qids: [fileQid] });
    else if (request.name === "Trename") on.server.reply(request, Rrename, {});
    else if (request.name === "Tremove") on.server.reply(request, Rremove, {});
    else if (request.name === "Tclunk") on.server.reply(request, Rclunk, {});
    else on.server.refuse(request, errno.EOPNOTSUPP);
  });
  await on.root.rename("a", on.root, "b");
  await on.root.unlink("b");
  expect(seen).toEqual(["Trenameat", "Twalk", "Trename", "Tclunk", "Tunlinkat", "Twalk", "Tremove"]);
  expect(on.client.connection.fids.taken).toBe(1);
});

test("getattr shows what the server left out", async () => {
  const getting = on.root.getattr(0x1n);
  const time = { sec: 0n, nsec: 0n };
  const attr = {
    ...{ valid: 1n, qid: dirQid, mode: 0o40755, uid: 0, gid: 0, nlink: 0n, rdev: 0n, size: 0n, blksize: 0n },
    ...{ blocks: 0n, atime: time, mtime: time, ctime: time, btime: time, gen: 0n, dataVersion: 0n },
  };
  const { body } = await on.answer("Tgetattr", (request) => {
    on.server.reply(request, Rgetattr, attr);
  });
  expect(body).toEqual({ fid: 0, mask: 1n });
  expect(await getting).toEqual(attr);
});
