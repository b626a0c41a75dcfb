import { describe, expect, it, test } from "vitest";
import { Framer } from "./framer.js";
import { announced, concat, drain, feed, frameOf } from "./testing/stream.js";

describe("memory", () => {
  it("returns views of the chunk for messages that are whole in it", () => {
    const chunk = concat([frameOf(9, 1), frameOf(20, 2), frameOf(7, 3).subarray(0, 6)]);
    const framer = new Framer({ maxSize: 64 });
    framer.push(chunk);
    const first = framer.next();
    const second = framer.next();
    expect(first?.buffer).toBe(chunk.buffer);
    expect(second?.buffer).toBe(chunk.buffer);
    expect(second?.byteOffset).toBe(chunk.byteOffset + 9);
    expect(framer.next()).toBeUndefined();
    framer.push(frameOf(7, 3).subarray(6));
    expect(framer.next()?.buffer).not.toBe(chunk.buffer);
  });

  it("returns the chunk itself when it is one message", () => {
    const chunk = frameOf(12, 1);
    const framer = new Framer({ maxSize: 64 });
    framer.push(chunk);
    expect(framer.next()).toBe(chunk);
  });

  it.each([
    ["with its size in one piece", 8],
    ["with its size cut", 2],
  ])("grows with what came, not with what was announced, %s", (_, cut) => {
    const size = 512 << 20;
    const framer = new Framer({ maxSize: size });
    const head = concat([announced(size), new Uint8Array(4)]);
    framer.push(head.slice(0, cut));
    expect(framer.next()).toBeUndefined();
    framer.push(head.slice(cut));
    expect(framer.next()).toBeUndefined();
    let came = head.length;
    for (let step = 0; step < 6; step++) {
      const room = framer.room()!;
      expect(room.buffer.byteLength).toBeLessThanOrEqual(Math.max(64 * 1024, 2 * came));
      framer.filled(room.length);
      came += room.length;
      expect(framer.next()).toBeUndefined();
    }
    expect(came).toBe(2 << 20);
  });

  it("starts with enough room once a peer has sent a message that large", () => {
    const frame = frameOf(400_000, 1);
    const framer = new Framer({ maxSize: 500_000 });
    feed(framer, frame, [10]);
    framer.push(frame.slice(0, 10));
    framer.next();
    expect(framer.room()).toHaveLength(399_990);
  });

  it("never has room for more than the message", () => {
    const framer = new Framer({ maxSize: 100 });
    framer.push(frameOf(50, 1).slice(0, 20));
    framer.next();
    expect(framer.room()).toHaveLength(30);
    expect(framer.room()?.buffer.byteLength).toBe(50);
  });
});

test.each([
  ["a Uint8Array", (bytes: Uint8Array) => bytes.slice()],
  // Buffer.prototype.slice makes a view, not a copy.
  ["a Buffer", (bytes: Uint8Array) => Buffer.from(bytes)],
])("what is kept outlives its chunk, %s", (_, make) => {
  const framer = new Framer({ maxSize: 100 });
  const chunk = make(concat([frameOf(8, 1), frameOf(9, 2), frameOf(10, 3).slice(0, 6)]));
  framer.push(chunk);
  framer.next();
  framer.keep();
  chunk.fill(0xee);
  expect(drain(framer)).toEqual([frameOf(9, 2)]);
  framer.push(frameOf(10, 3).slice(6));
  expect(drain(framer)).toEqual([frameOf(10, 3)]);
  framer.keep();
  expect(framer.idle).toBe(true);
});
