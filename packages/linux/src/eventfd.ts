import { check } from "./check.js";
import { declare } from "./libc.js";
import { NativeMemory } from "./native-memory.js";

const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;

const cEventfd = declare<[number, number]>("int eventfd(unsigned int, int)");
const cRead = declare<[number, number, number]>("long read(int, uintptr_t, size_t)");
const cWrite = declare<[number, number, number]>("long write(int, uintptr_t, size_t)");

const counter = new NativeMemory(8);
const one = new NativeMemory(8);
one.words[0] = 1;

/** A counter that wakes whoever polls it (eventfd(2)), non-blocking. @throws SystemError */
export function eventfd(): number {
  return check(cEventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

/** Wakes who polls the descriptor; from any thread. */
export function signalEventfd(fd: number): void {
  cWrite(fd, one.address, 8);
}

/** Takes back all wake-ups so far. Returns how many there were. */
export function drainEventfd(fd: number): number {
  return cRead(fd, counter.address, 8) === 8 ? counter.getUint64(0) : 0;
}
