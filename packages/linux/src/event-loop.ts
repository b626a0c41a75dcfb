import { performance } from "node:perf_hooks";
import { EPOLLIN, Epoll } from "./epoll.js";
import { drainEventfd, eventfd, signalEventfd } from "./eventfd.js";
import { close } from "./open.js";
import { SpinBudget } from "./spin-budget.js";

/** While something is under way elsewhere the wait ends after this, in milliseconds, so that pool threads never all wait. */
const BUSY_WAIT = 10;
/** How often {@link Ticking.tick} runs, in milliseconds. */
const TICK = 1000;
/** While spinning, the kernel is asked for other events this often, in microseconds. */
const LOOK_AROUND = 20;

/** Called with the EPOLL… events of a descriptor. */
export type OnEvents = (events: number) => void;

/** Somebody with deadlines to look after. */
export interface Ticking {
  /** False while there is nothing to look after. */
  readonly wantsTicks: boolean;
  /** Runs about once a second. */
  tick(now: number): void;
}

/** Somebody who can tell without a system call whether there is work. */
export interface Spinning {
  /** Does what there is to do. True when there was something. */
  poll(): boolean;
  /** Called before the thread blocks. False when there is something to do after all. */
  beforeBlocking(): boolean;
}

export interface EventLoopOptions {
  /** Microseconds to look for more work before blocking. 0, the default: none. */
  readonly spin?: number;
}

/**
 * Waits for descriptors on one thread. As long as everything is done at once
 * the thread blocks in epoll_wait(2) and never goes through Node's event loop.
 * While something is under way elsewhere ({@link hold}), the wait happens on
 * libuv's pool and Node's event loop runs.
 */
export class EventLoop {
  readonly #epoll = new Epoll();
  readonly #wake = eventfd();
  readonly #watched = new Map<number, OnEvents>();
  readonly #ticking = new Set<Ticking>();
  readonly #spinning = new Set<Spinning>();
  readonly #soon: (() => void)[] = [];
  readonly #budget: SpinBudget | undefined;
  /** What is under way and needs Node's event loop. */
  #held = 0;

  constructor(options: EventLoopOptions = {}) {
    this.#epoll.add(this.#wake, EPOLLIN);
    if (options.spin) this.#budget = new SpinBudget(options.spin);
  }

  /** Write to this eventfd from another thread to have {@link run} call `onWake`. */
  get wakeFd(): number {
    return this.#wake;
  }

  /** How many descriptors are waited for. */
  get watchedCount(): number {
    return this.#watched.size;
  }

  /** True while something is under way elsewhere. */
  get held(): boolean {
    return this.#held > 0;
  }

  /** Waits for `events` (EPOLL…) of a descriptor. @throws SystemError EPERM for a plain file */
  add(fd: number, events: number, onEvents: OnEvents): void {
    this.#epoll.add(fd, events);
    this.#watched.set(fd, onEvents);
  }

  /** Waits for other events of a descriptor. */
  modify(fd: number, events: number): void {
    this.#epoll.modify(fd, events);
  }

  /** Waits for a descriptor no more; it stays the caller's to close. */
  remove(fd: number): void {
    this.#watched.delete(fd);
    this.#epoll.remove(fd);
  }

  addTicking(ticking: Ticking): void {
    this.#ticking.add(ticking);
  }

  addSpinning(spinning: Spinning): void {
    this.#spinning.add(spinning);
  }

  removeSpinning(spinning: Spinning): void {
    this.#spinning.delete(spinning);
  }

  /** Runs `work` after everybody else had a turn. */
  soon(work: () => void): void {
    this.#soon.push(work);
  }

  /** Something is under way that ends in Node's event loop: keep that going, until {@link letGo}. */
  hold(): void {
    this.#held++;
  }

  letGo(): void {
    this.#held--;
  }

  /** Makes {@link run} look again at once. */
  wake(): void {
    signalEventfd(this.#wake);
  }

  /**
   * Serves until nothing is waited for and nothing is under way. `onWake` runs
   * whenever another thread has written to {@link wakeFd}.
   */
  async run(onWake: () => void = () => undefined): Promise<void> {
    let ticked = performance.now();
    while (this.#needed) {
      const ticks = this.#wantsTicks();
      const count = await this.#wait(ticks ? TICK : -1);
      for (let i = 0; i < count; i++) {
        const fd = this.#epoll.fdOf(i);
        if (fd === this.#wake) {
          drainEventfd(fd);
          onWake();
        } else {
          this.#watched.get(fd)?.(this.#epoll.eventsOf(i));
        }
      }
      for (const work of this.#soon.splice(0)) work();
      if (!ticks) continue;
      const now = performance.now();
      if (now - ticked < TICK / 2) continue;
      ticked = now;
      for (const ticking of this.#ticking) if (ticking.wantsTicks) ticking.tick(now);
    }
    this.#epoll.close();
    close(this.#wake);
  }

  get #needed(): boolean {
    return this.#watched.size > 0 || this.#held > 0 || this.#soon.length > 0;
  }

  #wantsTicks(): boolean {
    for (const ticking of this.#ticking) if (ticking.wantsTicks) return true;
    return false;
  }

  /** Waits at most `timeout` milliseconds (-1: however long) and returns the number of events. */
  async #wait(timeout: number): Promise<number> {
    if (this.#held > 0) {
      const longest = timeout < 0 ? BUSY_WAIT : Math.min(timeout, BUSY_WAIT);
      return this.#epoll.waitLater(this.#readyToBlock() ? longest : 0);
    }
    for (;;) {
      if (this.#soon.length > 0) return this.#epoll.wait(0);
      if (this.#budget?.worthIt && this.#spinning.size > 0) {
        const events = this.#spin(this.#budget);
        if (events > 0 || this.#held > 0 || !this.#needed) return events;
      }
      if (this.#readyToBlock()) return this.#epoll.wait(timeout);
      // Polling found something; it may have made work for Node's event loop, or been the last of all.
      if (this.#held > 0 || !this.#needed) return 0;
    }
  }

  /** False when there turned out to be something to do, which has been done. */
  #readyToBlock(): boolean {
    if (this.#soon.length > 0) return false;
    let ready = true;
    for (const spinning of this.#spinning) {
      if (spinning.beforeBlocking()) continue;
      spinning.poll();
      ready = false;
    }
    return ready;
  }

  /** Looks for work until the budget is used up. Returns the number of events of other descriptors. */
  #spin(budget: SpinBudget): number {
    let since = performance.now();
    let looked = since;
    for (;;) {
      let found = false;
      for (const spinning of this.#spinning) if (spinning.poll()) found = true;
      if (this.#held > 0 || this.#soon.length > 0) return 0;
      const now = performance.now();
      if (found) {
        budget.found();
        since = now;
      } else if ((now - since) * 1000 >= budget.spin) {
        budget.missed((now - since) * 1000);
        return 0;
      }
      if ((now - looked) * 1000 < LOOK_AROUND) continue;
      looked = now;
      const events = this.#epoll.wait(0);
      if (events > 0) return events;
    }
  }
}
