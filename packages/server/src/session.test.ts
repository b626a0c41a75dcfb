import {
  NOFID,
  NO_UNAME,
  Rattach,
  Rclunk,
  Rflush,
  Rlopen,
  Rread,
  Rversion,
  Rwalk,
  Tattach,
  Tclunk,
  Tflush,
  Tgetattr,
  Tlopen,
  Tread,
  Treadlink,
  Tversion,
  Twalk,
  Txattrcreate,
  WireError,
  errno,
} from "@ninep/wire";
import { describe, expect, it } from "vitest";
import { ROOM, RLERROR, begin, errnoIn } from "./testing/slow-session.js";

const clone = (newfid: number) => ({ fid: 0, newfid, names: [] });
const read = { fid: 1, offset: 0n, count: 100 };
/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("requests that answer later", () => {
  it("are overtaken by others, and answered before the Rflush that asks for them", async () => {
    const { backend, send, now, replies } = begin();
    now(Twalk, clone(1));
    now(Tlopen, { fid: 1, flags: 0 });
    backend.slow.add("read");
    replies.length = 0;
    const slow = send(Tread, read, 5);
    const flush = send(Tflush, { oldtag: 5 }, 6);
    const flushOfFlush = send(Tflush, { oldtag: 6 }, 7);
    now(Twalk, clone(2), 8);
    now(Tflush, { oldtag: 99 }, 9);
    await settle();
    expect(replies).toEqual([`${Rwalk.type}:8`, `${Rflush.type}:9`]);
    backend.waiting[0]!.answer();
    await Promise.all([slow, flush, flushOfFlush]);
    expect(replies.slice(2)).toEqual([`${Rread.type}:5`, `${Rflush.type}:6`, `${Rflush.type}:7`]);
  });

  it("keep their tag to themselves", async () => {
    const { backend, send } = begin();
    backend.slow.add("walk");
    const slow = send(Twalk, { fid: 0, newfid: 1, names: ["a"] }, 5);
    expect(errnoIn(send(Twalk, clone(2), 5))).toBe(errno.EINVAL);
    backend.waiting[0]!.answer();
    expect((await slow)[4]).toBe(Rwalk.type);
    expect((await send(Twalk, clone(2), 5))[4]).toBe(Rwalk.type);
  });

  it("keep the file open that a Tclunk takes away meanwhile", async () => {
    const { backend, send, now } = begin();
    now(Twalk, clone(1));
    now(Tlopen, { fid: 1, flags: 0 });
    backend.slow.add("read");
    const slow = send(Tread, read, 5);
    expect((await send(Tclunk, { fid: 1 }))[4]).toBe(Rclunk.type);
    expect(errnoIn(send(Tread, read))).toBe(errno.EBADF);
    expect(backend.log).toEqual([]);
    backend.waiting[0]!.answer();
    const reply = await slow;
    expect([reply[4], reply.length, reply[11]]).toEqual([Rread.type, 111, 7]);
    expect(backend.log).toEqual(["close"]);
  });

  it("make one file of two Tlopen on one fid, and close the other", async () => {
    const { backend, send, now } = begin();
    now(Twalk, clone(1));
    backend.slow.add("open");
    const [first, second] = [send(Tlopen, { fid: 1, flags: 0 }, 5), send(Tlopen, { fid: 1, flags: 0 }, 6)];
    backend.waiting[1]!.answer();
    backend.waiting[0]!.answer();
    expect([(await first)[4], (await second)[4]].sort((a, b) => a! - b!)).toEqual([RLERROR, Rlopen.type]);
    expect(backend.files).toBe(1);
  });

  it("leave a newfid alone that was taken meanwhile", async () => {
    const { backend, send, now } = begin();
    backend.slow.add("walk");
    const slow = send(Twalk, { fid: 0, newfid: 1, names: ["a"] }, 5);
    now(Twalk, clone(1));
    const nodes = backend.nodes;
    backend.waiting[0]!.answer();
    expect(errnoIn(await slow)).toBe(errno.EBADF);
    expect(backend.nodes).toBe(nodes);
  });

  it("get no reply after a Tversion, which waits for them", async () => {
    const { backend, session, send, now, replies } = begin();
    now(Twalk, clone(1));
    now(Tlopen, { fid: 1, flags: 0 });
    backend.slow.add("read");
    replies.length = 0;
    const slow = send(Tread, read, 5);
    const version = send(Tversion, { msize: ROOM, version: "9P2000.L" }, 0xffff);
    await settle();
    expect(replies).toEqual([]);
    expect(session.fidCount).toBe(0);
    expect(errnoIn(send(Tread, read, 6))).toBe(errno.EPROTO);
    backend.waiting[0]!.answer();
    expect((await slow).length).toBe(0);
    expect((await version)[4]).toBe(Rversion.type);
    expect([backend.nodes, backend.files]).toEqual([0, 0]);
  });

  it("are waited for when the session closes", async () => {
    const { backend, session, send } = begin();
    backend.slow.add("walk");
    const slow = send(Twalk, { fid: 0, newfid: 1, names: ["a"] }, 5);
    let closed = false;
    const closing = session.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    backend.waiting[0]!.answer();
    await Promise.all([slow, closing]);
    expect(backend.nodes).toBe(0);
  });

  it("may fail late", async () => {
    const { backend, send } = begin();
    backend.slow.add("walk");
    const slow = send(Twalk, { fid: 0, newfid: 1, names: ["a"] }, 5);
    backend.waiting[0]!.fail(Object.assign(new Error("gone"), { errno: errno.ESTALE }));
    expect(errnoIn(await slow)).toBe(errno.ESTALE);
  });

  it("make the session full beyond its limit", async () => {
    const { backend, session, send } = begin({ maxInFlight: 2 });
    backend.slow.add("walk");
    void send(Twalk, { fid: 0, newfid: 1, names: ["a"] }, 5);
    expect(session.full).toBe(false);
    const second = send(Twalk, { fid: 0, newfid: 2, names: ["a"] }, 6);
    expect(session.full).toBe(true);
    for (const { answer } of backend.waiting) answer();
    await second;
    expect(session.full).toBe(false);
  });
});

describe("limits", () => {
  it("ENFILE for a fid too many, and room again after a Tclunk", async () => {
    const { send, now, backend } = begin({ maxFids: 3 });
    now(Twalk, clone(1));
    now(Twalk, clone(2));
    const nodes = backend.nodes;
    expect(errnoIn(send(Twalk, clone(3)))).toBe(errno.ENFILE);
    expect(backend.nodes).toBe(nodes);
    now(Tclunk, { fid: 1 });
    expect((await send(Twalk, clone(3)))[4]).toBe(Rwalk.type);
  });

  it("ENOBUFS for attributes that take too much room, and room again after a Tclunk", async () => {
    const { send, now } = begin({ maxXattrBytes: 100_000 });
    const create = (fid: number) => ({ fid, name: "user.a", size: 65_536n, flags: 0 });
    for (const fid of [1, 2]) now(Twalk, clone(fid));
    expect((await send(Txattrcreate, create(1)))[4]).toBe(Txattrcreate.type + 1);
    expect(errnoIn(send(Txattrcreate, create(2)))).toBe(errno.ENOBUFS);
    now(Tclunk, { fid: 1 });
    expect((await send(Txattrcreate, create(2)))[4]).toBe(Txattrcreate.type + 1);
    expect(errnoIn(send(Txattrcreate, { ...create(0), size: 65_537n }))).toBe(errno.E2BIG);
  });

  it("EMSGSIZE for a count that no reply can hold", () => {
    const { send, now } = begin();
    now(Twalk, clone(1));
    now(Tlopen, { fid: 1, flags: 0 });
    for (const count of [ROOM - 10, ROOM, 0xffffffff]) {
      expect(errnoIn(send(Tread, { ...read, count })), String(count)).toBe(errno.EMSGSIZE);
    }
    expect(errnoIn(send(Tread, read, 1, new Uint8Array(50)))).toBe(errno.EMSGSIZE);
  });

  it("an error fits into eleven bytes, and nothing is written where even that has no room", async () => {
    const { send } = begin();
    expect(errnoIn(send(Tread, read, 1, new Uint8Array(11)))).toBe(errno.EBADF);
    expect((await send(Tread, read, 1, new Uint8Array(10))).length).toBe(0);
  });
});

describe("frames that are out of step", () => {
  it.each([
    ["too short", [6, 0, 0, 0, 100, 0]],
    ["shorter than they say", [8, 0, 0, 0, 120, 0, 0]],
    ["longer than they say", [7, 0, 0, 0, 120, 0, 0, 0]],
  ])("%s", (_, bytes) => {
    const { session } = begin();
    expect(() => session.handle(Uint8Array.from(bytes), new Uint8Array(ROOM))).toThrow(WireError);
  });

  it.each([
    ["an unknown type", [7, 0, 0, 0, 250, 1, 0], errno.EOPNOTSUPP],
    ["a reply", [7, 0, 0, 0, 121, 1, 0], errno.EOPNOTSUPP],
    ["a body that is cut off", [9, 0, 0, 0, 120, 1, 0, 1, 2], errno.EBADMSG],
    ["a body that goes on", [12, 0, 0, 0, 120, 1, 0, 1, 2, 3, 4, 5], errno.EBADMSG],
  ])("an error for %s", (_, bytes, expected) => {
    const { session } = begin();
    const reply = new Uint8Array(ROOM);
    const size = session.handle(Uint8Array.from(bytes), reply) as number;
    expect(errnoIn(reply.subarray(0, size))).toBe(expected);
  });
});

it("EIO for a bug in the backend, which is reported", () => {
  const errors: unknown[] = [];
  const { send } = begin({
    onError: (error, during) => errors.push([(error as Error).message, during]),
  });
  expect(errnoIn(send(Tgetattr, { fid: 0, mask: 0n }))).toBe(errno.EIO);
  expect(errors).toEqual([["a bug", "Tgetattr"]]);
});

it("errors in words for 9P2000, with the number for 9P2000.u", () => {
  for (const [version, tail] of [
    ["9P2000", []],
    ["9P2000.u", [9, 0, 0, 0]],
  ] as const) {
    const { send, now } = begin();
    now(Tversion, { msize: ROOM, version }, 0xffff);
    const text = Buffer.from("Bad file descriptor");
    expect([...(send(Tclunk, { fid: 9 }) as Uint8Array)]).toEqual([
      9 + text.length + tail.length,
      0,
      0,
      0,
      107,
      1,
      0,
      text.length,
      0,
      ...text,
      ...tail,
    ]);
  }
});

it("the reply that a Tattach gets is an Rattach", async () => {
  const { send } = begin();
  const reply = await send(Tattach, { fid: 9, afid: NOFID, uname: "", aname: "", nUname: NO_UNAME });
  expect(reply[4]).toBe(Rattach.type);
  expect(errnoIn(send(Tattach, { fid: 10, afid: 1, uname: "", aname: "", nUname: NO_UNAME }))).toBe(
    errno.EINVAL,
  );
});

it("no reply is larger than the msize that was agreed on", () => {
  const { backend, now } = begin();
  now(Tversion, { msize: 256, version: "9P2000.L" }, 0xffff);
  now(Tattach, { fid: 0, afid: NOFID, uname: "", aname: "", nUname: NO_UNAME });
  backend.target = "t".repeat(256 - 9);
  expect(now(Treadlink, { fid: 0 }).length).toBe(256);
  backend.target += "t";
  expect(errnoIn(now(Treadlink, { fid: 0 }))).toBe(errno.EMSGSIZE);
});
