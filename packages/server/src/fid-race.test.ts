import { Rlopen, Rwalk, Tclunk, Tlcreate, Tlopen, Tread, Twalk, Txattrcreate, errno } from "@ninep/wire";
import { describe, expect, it } from "vitest";
import { begin, errnoIn } from "./testing/slow-session.js";

const open = { fid: 1, flags: 0 };
const create = { fid: 1, name: "new", flags: 0, mode: 0o644, gid: 0 };
const step = { fid: 1, newfid: 1, names: ["a"] };
const attribute = { fid: 1, name: "user.a", size: 1n, flags: 0 };

/** A session with fid 1 on the root, and what the backend had then. */
function prepared() {
  const made = begin();
  made.now(Twalk, { fid: 0, newfid: 1, names: [] });
  for (const method of ["walk", "open", "create"]) made.backend.slow.add(method);
  return made;
}

// A fid is one file: what a request began to do to it counts only if it still is that file (CVE-2018-19364).
describe("of two requests that change one fid, the second to finish fails", () => {
  it("an open while it walks", async () => {
    const { backend, send, now } = prepared();
    const [opening, walking] = [send(Tlopen, open, 5), send(Twalk, step, 6)];
    backend.waiting[1]!.answer();
    expect((await walking)[4]).toBe(Rwalk.type);
    backend.waiting[0]!.answer();
    expect(errnoIn(await opening)).toBe(errno.EBUSY);
    expect(backend.files).toBe(0);
    expect(errnoIn(now(Tread, { fid: 1, offset: 0n, count: 1 }))).toBe(errno.EBADF);
  });

  it("a walk while it opens", async () => {
    const { backend, send } = prepared();
    const [opening, walking] = [send(Tlopen, open, 5), send(Twalk, step, 6)];
    backend.waiting[0]!.answer();
    expect((await opening)[4]).toBe(Rlopen.type);
    const { nodes } = backend;
    backend.waiting[1]!.answer();
    expect(errnoIn(await walking)).toBe(errno.EBUSY);
    expect([backend.files, backend.nodes]).toEqual([1, nodes]);
  });

  it("a walk while it walks elsewhere", async () => {
    const { backend, send } = prepared();
    const [first, second] = [send(Twalk, step, 5), send(Twalk, { ...step, names: ["b"] }, 6)];
    backend.waiting[1]!.answer();
    expect((await second)[4]).toBe(Rwalk.type);
    const { nodes } = backend;
    backend.waiting[0]!.answer();
    expect(errnoIn(await first)).toBe(errno.EBUSY);
    expect(backend.nodes).toBe(nodes);
  });

  it("a walk while an attribute is begun", async () => {
    const { backend, send, now } = prepared();
    const walking = send(Twalk, step, 5);
    now(Txattrcreate, attribute);
    const { nodes } = backend;
    backend.waiting[0]!.answer();
    expect(errnoIn(await walking)).toBe(errno.EBUSY);
    expect(backend.nodes).toBe(nodes);
  });

  it.each([
    ["an open", Tlopen, open],
    ["a create", Tlcreate, create],
  ])("%s while an attribute is begun", async (_, message, body) => {
    const { backend, send, now } = prepared();
    const opening = send(message, body as typeof open & typeof create, 5);
    now(Txattrcreate, attribute);
    const { nodes } = backend;
    backend.waiting[0]!.answer();
    expect(errnoIn(await opening)).toBe(errno.EBUSY);
    expect([backend.files, backend.nodes]).toEqual([0, nodes]);
  });

  it("a create while it walks or is clunked", async () => {
    for (const [message, body] of [
      [Twalk, step],
      [Tclunk, { fid: 1 }],
    ] as const) {
      const { backend, send } = prepared();
      const creating = send(Tlcreate, create, 5);
      backend.slow.clear();
      expect((await send(message, body as typeof step, 6))[4]).toBe(message.type + 1);
      backend.waiting[0]!.answer();
      expect(errnoIn(await creating)).toBe(errno.EBUSY);
      expect([backend.files, backend.nodes]).toEqual([0, message === Tclunk ? 1 : 2]);
    }
  });
});
