import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { EPOLLIN } from "./epoll.js";
import { EventLoop, type Spinning } from "./event-loop.js";
import { drainEventfd, eventfd, signalEventfd } from "./eventfd.js";
import { close } from "./open.js";

/** Has `loop` run until what it returns is called: a loop ends when it waits for nothing. */
function kept(loop: EventLoop): () => void {
  const fd = eventfd();
  loop.add(fd, EPOLLIN, () => undefined);
  return () => {
    loop.remove(fd);
    close(fd);
  };
}

test("tells of descriptors, and ends when none is left", async () => {
  const loop = new EventLoop();
  const fd = eventfd();
  let told = 0;
  loop.add(fd, EPOLLIN, (events) => {
    expect(events).toBe(EPOLLIN);
    expect(drainEventfd(fd)).toBe(1);
    if (++told === 3) loop.remove(fd);
    else signalEventfd(fd);
  });
  signalEventfd(fd);
  await loop.run();
  expect(told).toBe(3);
  close(fd);
});

test("runs onWake for another thread, and work that was put off in its order", async () => {
  const loop = new EventLoop();
  const stop = kept(loop);
  const log: string[] = [];
  signalEventfd(loop.wakeFd);
  await loop.run(() => {
    log.push("woken");
    loop.soon(() => {
      log.push("soon");
      loop.soon(() => {
        log.push("later");
        stop();
      });
    });
  });
  expect(log).toEqual(["woken", "soon", "later"]);
});

test("keeps Node's event loop going while something is held, and ends with it", async () => {
  const loop = new EventLoop();
  loop.hold();
  let done = false;
  void sleep(50).then(() => {
    done = true;
    loop.letGo();
  });
  await loop.run();
  expect(done).toBe(true);
});

test("hears of descriptors while something is held", async () => {
  const loop = new EventLoop();
  const fd = eventfd();
  loop.hold();
  loop.add(fd, EPOLLIN, () => {
    loop.remove(fd);
    loop.letGo();
  });
  void sleep(20).then(() => {
    signalEventfd(fd);
  });
  await loop.run();
  close(fd);
});

test("ticks about once a second, only for who wants it", async () => {
  const loop = new EventLoop();
  const stop = kept(loop);
  let ticks = 0;
  const ticking = {
    wantsTicks: true,
    tick: () => {
      ticks++;
      stop();
    },
  };
  loop.addTicking({ wantsTicks: false, tick: () => expect.unreachable() });
  loop.addTicking(ticking);
  await loop.run();
  expect(ticks).toBe(1);
});

/** Work that can be found without a system call: `rounds` times, each after some looks. */
class Work implements Spinning {
  polls = 0;
  blocks = 0;
  left: number;
  readonly #done: () => void;

  constructor(rounds: number, done: () => void) {
    this.left = rounds;
    this.#done = done;
  }

  poll(): boolean {
    this.polls++;
    if (this.polls % 10 !== 0 || this.left === 0) return false;
    if (--this.left === 0) this.#done();
    return true;
  }

  beforeBlocking(): boolean {
    this.blocks++;
    return this.left === 0;
  }
}

test.each([0, 200])("finds work without events, spinning %i µs", async (spin) => {
  const loop = new EventLoop({ spin });
  const stop = kept(loop);
  const work = new Work(5, stop);
  loop.addSpinning(work);
  await loop.run();
  expect(work.left).toBe(0);
});

test("spins in vain only a little of the time", async () => {
  const loop = new EventLoop({ spin: 500 });
  const fd = eventfd();
  let polls = 0;
  loop.addSpinning({
    poll: () => {
      polls++;
      return false;
    },
    beforeBlocking: () => true,
  });
  let rounds = 0;
  loop.add(fd, EPOLLIN, () => {
    drainEventfd(fd);
    if (++rounds === 2000) loop.remove(fd);
    else signalEventfd(fd);
  });
  signalEventfd(fd);
  await loop.run();
  // A spin of 500 µs polls hundreds of times; each of 2,000 rounds would have made it 200,000 at least.
  expect(polls).toBeLessThan(100_000);
  close(fd);
});
