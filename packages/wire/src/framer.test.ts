import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Framer } from "./framer.js";
import { WireError } from "./message.js";
import { announced, concat, drain, feed, frameOf } from "./testing/stream.js";

describe("a stream cut anywhere", () => {
  const frames = [7, 11, 7, 23, 8, 300].map(frameOf);
  const stream = concat(frames);

  it("gives its messages in one piece", () => {
    const framer = new Framer({ maxSize: 300 });
    expect(feed(framer, stream, [])).toEqual(frames);
    expect(framer.idle).toBe(true);
  });

  it("gives its messages byte by byte", () => {
    const framer = new Framer({ maxSize: 300 });
    const cuts = Array.from(stream, (_, i) => i);
    expect(feed(framer, stream, cuts)).toEqual(frames);
    expect(framer.idle).toBe(true);
  });

  it("gives its messages in two pieces, wherever they part", () => {
    for (let cut = 0; cut <= stream.length; cut++)
      expect(feed(new Framer({ maxSize: 300 }), stream, [cut]), `cut at ${cut}`).toEqual(frames);
  });

  it("gives short messages in three pieces, wherever they part", () => {
    const short = concat(frames.slice(0, 3));
    for (let a = 0; a <= short.length; a++)
      for (let b = a; b <= short.length; b++)
        expect(feed(new Framer({ maxSize: 300 }), short, [a, b])).toEqual(frames.slice(0, 3));
  });

  it("gives its messages at random cuts, through push or room", () => {
    const scenario = fc.record({
      sizes: fc.array(fc.oneof(fc.integer({ min: 7, max: 40 }), fc.integer({ min: 7, max: 200_000 })), {
        minLength: 1,
        maxLength: 5,
      }),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
      useRoom: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ sizes, cuts, useRoom }) => {
        const expected = sizes.map(frameOf);
        const bytes = concat(expected);
        const framer = new Framer({ maxSize: 300_000 });
        const got: Uint8Array[] = [];
        const ends = [
          ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        let at = 0;
        for (const end of ends) {
          while (at < end) {
            const room = useRoom ? framer.room() : undefined;
            const part = bytes.subarray(at, room ? Math.min(end, at + room.length) : end);
            if (room) {
              expect(room.length).toBeGreaterThan(0);
              room.set(part);
              framer.filled(part.length);
            } else framer.push(part.slice());
            at += part.length;
            got.push(...drain(framer));
          }
        }
        expect(got.length).toBe(expected.length);
        got.forEach((frame, i) => {
          expect(Buffer.compare(frame, expected[i]!)).toBe(0);
        });
        expect(framer.idle).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("room", () => {
  it("is there only for a message whose size is known and that needs bytes", () => {
    const framer = new Framer({ maxSize: 100 });
    expect(framer.room()).toBeUndefined();
    expect(framer.idle).toBe(true);
    framer.push(frameOf(10, 1).slice(0, 3));
    expect(framer.room()).toBeUndefined();
    framer.next();
    expect(framer.room()).toBeUndefined();
    expect(framer.idle).toBe(false);
    framer.push(frameOf(10, 1).slice(3, 6));
    expect(framer.room()).toBeUndefined();
    framer.next();
    const room = framer.room()!;
    expect(room).toHaveLength(4);
    room.set(frameOf(10, 1).subarray(6));
    framer.filled(4);
    // Not an empty view: receiving into none looks like the end of the stream.
    expect(framer.room()).toBeUndefined();
    expect(framer.idle).toBe(false);
    expect(framer.next()).toEqual(frameOf(10, 1));
    expect(framer.next()).toBeUndefined();
    expect(framer.room()).toBeUndefined();
    expect(framer.idle).toBe(true);
  });

  it("cannot have been filled with more than it holds", () => {
    const framer = new Framer({ maxSize: 100 });
    expect(() => {
      framer.filled(1);
    }).toThrow(RangeError);
    framer.push(frameOf(10, 1).slice(0, 6));
    framer.next();
    for (const count of [5, -1, NaN])
      expect(() => {
        framer.filled(count);
      }).toThrow(RangeError);
    framer.filled(0);
    expect(framer.next()).toBeUndefined();
    framer.filled(4);
    expect(framer.next()).toHaveLength(10);
  });
});

describe("sizes that cannot be", () => {
  const sizes = [0, 1, 6, 101, 0x80000000, 0xffffffff];

  test.each(sizes)("%i is refused, whole or cut, and from then on always", (size) => {
    for (let cut = 0; cut <= 4; cut++) {
      const framer = new Framer({ maxSize: 100 });
      const stream = concat([announced(size), new Uint8Array(20)]);
      const use = () => {
        framer.push(stream.slice(0, cut));
        framer.next();
        framer.push(stream.slice(cut));
        framer.next();
      };
      expect(use, `cut at ${cut}`).toThrow(WireError);
      expect(() => framer.next()).toThrow(WireError);
      expect(framer.room()).toBeUndefined();
    }
  });

  test.each([7, 100])("%i is accepted", (size) => {
    expect(feed(new Framer({ maxSize: 100 }), frameOf(size, 1), [])).toHaveLength(1);
  });

  test("messages before a bad one are still given", () => {
    const framer = new Framer({ maxSize: 100 });
    framer.push(concat([frameOf(8, 1), announced(5)]));
    expect(framer.next()).toEqual(frameOf(8, 1));
    expect(() => framer.next()).toThrow("less than its header");
  });

  test("a new limit holds for the messages after it", () => {
    const framer = new Framer({ maxSize: 100 });
    framer.push(frameOf(50, 1).slice(0, 10));
    framer.next();
    framer.maxSize = 40;
    expect(framer.maxSize).toBe(40);
    framer.push(concat([frameOf(50, 1).slice(10), frameOf(41, 2)]));
    expect(framer.next()).toHaveLength(50);
    expect(() => framer.next()).toThrow("the limit is 40");
  });

  test("a limit must hold a header", () => {
    for (const maxSize of [0, 6, 7.5, NaN, Infinity, -1]) {
      expect(() => new Framer({ maxSize })).toThrow(RangeError);
      expect(() => {
        new Framer({ maxSize: 7 }).maxSize = maxSize;
      }).toThrow(RangeError);
    }
  });
});

test("a chunk pushed over unread bytes is refused, for they would be lost", () => {
  const framer = new Framer({ maxSize: 100 });
  framer.push(concat([frameOf(8, 1), frameOf(9, 2)]));
  framer.next();
  expect(() => {
    framer.push(frameOf(7, 3));
  }).toThrow("9 bytes of the last chunk are unread");
  expect(framer.next()).toEqual(frameOf(9, 2));
});

test("an empty chunk changes nothing", () => {
  const framer = new Framer({ maxSize: 100 });
  framer.push(new Uint8Array(0));
  expect(framer.next()).toBeUndefined();
  framer.push(frameOf(9, 1).slice(0, 5));
  framer.next();
  framer.push(new Uint8Array(0));
  expect(framer.next()).toBeUndefined();
  framer.push(frameOf(9, 1).slice(5));
  expect(framer.next()).toEqual(frameOf(9, 1));
});
