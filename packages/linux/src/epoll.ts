import process from "node:process";
import { declare, lastErrno } from "./libc.js";
import { SystemError, check } from "./system-error.js";

export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
/** One of several waiters is enough. */
export const EPOLLEXCLUSIVE = 0x10000000;

const EPOLL_CLOEXEC = 0o2000000;
const CTL_ADD = 1;
const CTL_DEL = 2;
const CTL_MOD = 3;
const EINTR = 4;

// struct epoll_event is packed on x86-64 and nowhere else (linux/eventpoll.h).
const EVENT_SIZE = process.arch === "x64" ? 12 : 16;
const DATA_OFFSET = process.arch === "x64" ? 4 : 8;

const cCreate = declare<[number]>("int epoll_create1(int)");
const cCtl = declare<[number, number, number, Uint8Array]>("int epoll_ctl(int, int, int, void *)");
const cWait = declare<[number, Uint8Array, number, number]>("int epoll_wait(int, void *, int, int)");

/** A set of descriptors to wait for (epoll(7)). Each is known by its number. */
export class Epoll {
  readonly fd: number;
  readonly #events: Uint8Array;
  readonly #view: DataView;
  readonly #max: number;

  /** @param max Most events a wait returns. @throws SystemError */
  constructor(max = 64) {
    this.fd = check(cCreate(EPOLL_CLOEXEC), "epoll_create1");
    this.#max = max;
    this.#events = new Uint8Array(max * EVENT_SIZE);
    this.#view = new DataView(this.#events.buffer);
  }

  /** Waits for `events` (EPOLL…) of a descriptor. @throws SystemError EPERM for a plain file */
  add(fd: number, events: number): void {
    this.#control(CTL_ADD, fd, events);
  }

  modify(fd: number, events: number): void {
    this.#control(CTL_MOD, fd, events);
  }

  remove(fd: number): void {
    this.#control(CTL_DEL, fd, 0);
  }

  #control(operation: number, fd: number, events: number): void {
    const event = new Uint8Array(EVENT_SIZE);
    const view = new DataView(event.buffer);
    view.setUint32(0, events, true);
    view.setInt32(DATA_OFFSET, fd, true);
    check(cCtl(this.fd, operation, fd, event), "epoll_ctl");
  }

  /**
   * Blocks this thread until something happens or `timeout` milliseconds have
   * passed (-1: however long). Returns the number of events. @throws SystemError
   */
  wait(timeout: number): number {
    const count = cWait(this.fd, this.#events, this.#max, timeout);
    if (count >= 0) return count;
    const number = lastErrno();
    if (number === EINTR) return 0;
    throw new SystemError(number, "epoll_wait");
  }

  /** The descriptor that event `index` of the last wait is about. */
  fdOf(index: number): number {
    return this.#view.getInt32(index * EVENT_SIZE + DATA_OFFSET, true);
  }

  /** What happened to it: EPOLL…. */
  eventsOf(index: number): number {
    return this.#view.getUint32(index * EVENT_SIZE, true);
  }
}
