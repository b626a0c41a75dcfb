import { HEADER_SIZE, Tversion, WireError, readHeader } from "@ninep/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FuzzFrames } from "./acceptance/fuzz-frames.js";
import { Session } from "./session.js";
import { ChanceBackend } from "./testing/chance-backend.js";

const STEPS = 400;
const RLERROR = 7;
const RERROR = 107;

/** A request that has not been answered, in the order in which they came. */
interface Open {
  readonly type: number;
  readonly tag: number;
  /** A later Tversion has begun the session anew: it gets no answer. */
  dropped: boolean;
}

/** What all runs together came to. */
const total = { answers: 0, later: 0, dropped: 0, duplicates: 0, made: 0, bugs: 0 };

async function run(seed: number, flavour: number): Promise<void> {
  const frames = new FuzzFrames(seed);
  const backend = new ChanceBackend((below) => frames.below(below));
  const session = new Session({
    backend,
    msize: 8192,
    maxFids: 16,
    maxXattrBytes: 100_000,
    // An error of closing a file that no client waits for is reported too, whatever it is.
    onError: (error, during) => {
      if ((error as Error).message === "a bug" || during === "closing a file") total.bugs++;
      else backend.problems.push(`${during}: ${String(error)}`);
    },
  });
  const open = new Set<Open>();
  const queue = frames.opening();
  for (let i = 0; i < STEPS; i++) {
    if (frames.below(10) < flavour) {
      const [settled] = backend.waiting.splice(frames.below(backend.waiting.length || 1), 1);
      settled?.settle();
      if (frames.below(3) === 0) await new Promise((resolve) => setImmediate(resolve));
    } else {
      send(queue.shift() ?? frames.next(session.dialect));
    }
  }
  const state = { closed: false };
  const closing = session.close().then(() => (state.closed = true));
  for (const request of open) request.dropped = true;
  while (!state.closed) {
    for (const waiting of backend.waiting.splice(0)) waiting.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;

  expect(backend.problems).toEqual([]);
  expect(backend.inUse).toEqual([]);
  expect([session.fidCount, session.idle, open.size]).toEqual([0, true, 0]);
  total.made += backend.made;

  function send(frame: Uint8Array): void {
    const { type, tag } = frame.length >= HEADER_SIZE ? readHeader(frame) : { type: 0, tag: 0 };
    const reply = new Uint8Array(8192);
    const request: Open = { type, tag, dropped: false };
    const inUse = [...open].some((other) => other.tag === tag);
    let result: number | Promise<number>;
    try {
      result = session.handle(frame, reply);
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
      return;
    }
    frame.fill(0xaa);
    // A Tversion that waits has dropped all that came before it.
    if (type === Tversion.type && !inUse && (typeof result !== "number" || reply[4] === Tversion.type + 1))
      for (const other of open) other.dropped = true;
    if (typeof result === "number") {
      answered(request, reply, result);
      if (inUse) {
        expect(reply[4] === RLERROR || reply[4] === RERROR).toBe(true);
        total.duplicates++;
      }
      return;
    }
    expect(inUse).toBe(false);
    open.add(request);
    total.later++;
    void result.then((size) => {
      open.delete(request);
      answered(request, reply, size);
    });
  }
}

function answered({ type, tag, dropped }: Open, reply: Uint8Array, size: number): void {
  if (dropped) {
    expect(size).toBe(0);
    total.dropped++;
    return;
  }
  expect(size).toBeGreaterThanOrEqual(HEADER_SIZE);
  const header = readHeader(reply);
  expect({ size: header.size, tag: header.tag }).toEqual({ size, tag });
  expect([type + 1, RLERROR, RERROR]).toContain(header.type);
  total.answers++;
}

it("whatever a client sends and however a backend answers, all is answered once and given up in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 0x7fffffff }), fc.integer({ min: 2, max: 6 }), run),
    { numRuns: 200 },
  );
  expect(total.answers).toBeGreaterThan(10_000);
  for (const count of Object.values(total)) expect(count).toBeGreaterThan(100);
});
