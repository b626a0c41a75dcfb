import { declare } from "./libc.js";
import { check } from "./system-error.js";

const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;

const cEventfd = declare<[number, number]>("int eventfd(unsigned int, int)");
const cRead = declare<[number, Uint8Array, number]>("long read(int, void *, size_t)");
const cWrite = declare<[number, Uint8Array, number]>("long write(int, const void *, size_t)");

const counter = new Uint8Array(8);
const one = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]);

/** A counter that wakes whoever polls it (eventfd(2)), non-blocking. @throws SystemError */
export function eventfd(): number {
  return check(cEventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

/** Wakes who polls the descriptor; from any thread. */
export function signalEventfd(fd: number): void {
  cWrite(fd, one, one.length);
}

/** Takes back all wake-ups so far. */
export function drainEventfd(fd: number): void {
  cRead(fd, counter, counter.length);
}
