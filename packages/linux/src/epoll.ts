import process from "node:process";
import { check } from "./check.js";
import { errno } from "./errno.js";
import { declare, orErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { close } from "./open.js";
import { inPool } from "./pool.js";
import { SystemError } from "./system-error.js";

// What to wait for and what happened (epoll_ctl(2)); the first five are those of poll(2) too.
export const EPOLLIN = 0x001;
export const EPOLLPRI = 0x002;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
/** One of several waiters is enough. */
export const EPOLLEXCLUSIVE = 0x10000000;
/** Tell once, until modified. */
export const EPOLLONESHOT = 0x40000000;
/** Tell when it changes, not as long as it is so. */
export const EPOLLET = 0x80000000;

const EPOLL_CLOEXEC = 0o2000000;
const CTL_ADD = 1;
const CTL_DEL = 2;
const CTL_MOD = 3;

/** In 32-bit words: struct epoll_event is packed on x64 and nowhere else (linux/eventpoll.h). */
export function epollLayout(arch: string): { readonly eventWords: number; readonly dataWord: number } {
  return arch === "x64" ? { eventWords: 3, dataWord: 1 } : { eventWords: 4, dataWord: 2 };
}

const { eventWords, dataWord } = epollLayout(process.arch);

const cCreate = declare<[number]>("int epoll_create1(int)");
const cCtl = declare<[number, number, number, number]>("int epoll_ctl(int, int, int, uintptr_t)");
const cWait = declare<[number, number, number, number]>("int epoll_wait(int, uintptr_t, int, int)");

const control = new NativeMemory(eventWords * 4);

/** A set of descriptors to wait for (epoll(7)). Each is known by its number. */
export class Epoll {
  readonly fd: number;
  readonly #events: NativeMemory;
  readonly #max: number;

  /** @param max Most events a wait returns. @throws SystemError */
  constructor(max = 64) {
    this.#max = max;
    this.#events = new NativeMemory(max * eventWords * 4);
    this.fd = check(cCreate(EPOLL_CLOEXEC), "epoll_create1");
  }

  /** Waits for `events` (EPOLL…) of a descriptor. @throws SystemError EPERM for a plain file */
  add(fd: number, events: number): void {
    this.#control(CTL_ADD, fd, events);
  }

  /** Waits for other events of a descriptor. @throws SystemError ENOENT when it is not in the set */
  modify(fd: number, events: number): void {
    this.#control(CTL_MOD, fd, events);
  }

  /** Takes a descriptor out; closing its last duplicate does so too. @throws SystemError */
  remove(fd: number): void {
    this.#control(CTL_DEL, fd, 0);
  }

  #control(operation: number, fd: number, events: number): void {
    control.words[0] = events;
    control.words[dataWord] = fd;
    check(cCtl(this.fd, operation, fd, control.address), "epoll_ctl");
  }

  /**
   * Blocks this thread until something happens or `timeout` milliseconds have
   * passed (-1: however long). Returns the number of events. @throws SystemError
   */
  wait(timeout: number): number {
    const count = orErrno(cWait(this.fd, this.#events.address, this.#max, timeout));
    if (count >= 0) return count;
    if (count === -errno.EINTR) return 0;
    throw new SystemError(-count, "epoll_wait");
  }

  /**
   * As {@link wait}, on a thread of libuv's pool (of which there are four for
   * all workers together), while this thread does other things. One wait at a
   * time; an error counts as no events.
   */
  async waitLater(timeout: number): Promise<number> {
    try {
      return await inPool("epoll_wait", this, (callback) => {
        cWait.async(this.fd, this.#events.address, this.#max, timeout, callback);
      });
    } catch (error) {
      if (error instanceof SystemError) return 0;
      throw error;
    }
  }

  /** Closes the set; not while a {@link waitLater} is on its way. */
  close(): void {
    close(this.fd);
  }

  /** The descriptor that event `index` of the last wait is about. */
  fdOf(index: number): number {
    return this.#events.words[index * eventWords + dataWord]! | 0;
  }

  /** What happened to it: EPOLL…. */
  eventsOf(index: number): number {
    return this.#events.words[index * eventWords]!;
  }
}
