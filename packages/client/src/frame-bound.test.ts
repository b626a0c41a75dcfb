import { Tlcreate, Twalk, Twrite, Writer, type Message } from "@ninep/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameBound } from "./frame-bound.js";

function fits<B extends object>(message: Message<B>, body: B): void {
  const bound = frameBound(body);
  const size = message.encode(new Writer().reset(new Uint8Array(bound)), 1, body);
  expect(size).toBeLessThanOrEqual(bound);
}

test("no message is larger than its bound", () => {
  const name = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 16 }), (names) => {
      fits(Twalk, { fid: 1, newfid: 2, names });
    }),
  );
  fc.assert(
    fc.property(name, (text) => {
      fits(Tlcreate, { fid: 1, name: `${text}\udc80`, flags: 0, mode: 0, gid: 0 });
    }),
  );
  fits(Twrite, { fid: 1, offset: 0n, data: new Uint8Array(100_000) });
});
