import { errno } from "./errno.js";
import { declare, orErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { SystemError } from "./system-error.js";

const cPoll = declare<[number, number, number]>("int poll(uintptr_t, unsigned long, int)");

/**
 * A few descriptors to block on (poll(2)). For two or three it is quicker than
 * epoll: no set to keep in the kernel. Events are EPOLLIN and its like.
 */
export class PollSet {
  readonly #memory: NativeMemory;
  readonly #shorts: Uint16Array;
  readonly #fds: Int32Array;
  readonly size: number;

  /** @param size How many descriptors; slots are from 0 and empty at first. */
  constructor(size: number) {
    this.size = size;
    // struct pollfd: fd[4] events[2] revents[2]
    this.#memory = new NativeMemory(size * 8);
    this.#shorts = new Uint16Array(this.#memory.buffer);
    this.#fds = new Int32Array(this.#memory.buffer);
    for (let slot = 0; slot < size; slot++) this.set(slot, -1, 0);
  }

  /** Puts a descriptor into a slot; -1 leaves the slot out. */
  set(slot: number, fd: number, events: number): void {
    if (!(slot >= 0 && slot < this.size)) throw new RangeError(`slot ${slot} of ${this.size}`);
    this.#fds[slot * 2] = fd;
    this.#shorts[slot * 4 + 2] = events;
    this.#shorts[slot * 4 + 3] = 0;
  }

  /**
   * Blocks this thread until something happens or `timeout` milliseconds have
   * passed (-1: however long). Returns how many slots have events; 0 also after
   * a signal. @throws SystemError
   */
  wait(timeout: number): number {
    const count = orErrno(cPoll(this.#memory.address, this.size, timeout));
    if (count >= 0) return count;
    if (count === -errno.EINTR) return 0;
    throw new SystemError(-count, "poll");
  }

  /** What happened to the descriptor in a slot; POLLNVAL (0x20) when it is not open. */
  eventsOf(slot: number): number {
    return this.#shorts[slot * 4 + 3]!;
  }
}
