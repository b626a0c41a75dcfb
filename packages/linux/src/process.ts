import { check } from "./check.js";
import { declare } from "./libc.js";
import { NativeMemory } from "./native-memory.js";

// Options of prctl(2) (linux/prctl.h).
/** A signal for when the parent thread ends. */
export const PR_SET_PDEATHSIG = 1;
export const PR_GET_DUMPABLE = 3;
export const PR_SET_DUMPABLE = 4;
/** Takes a capability from all that is executed from now on. */
export const PR_CAPBSET_DROP = 24;
/** Keeps execve(2) from giving rights; for this thread, its children and threads it starts. */
export const PR_SET_NO_NEW_PRIVS = 38;
export const PR_GET_NO_NEW_PRIVS = 39;

// What unshare(2) takes apart (linux/sched.h).
export const CLONE_FS = 0x200;
export const CLONE_FILES = 0x400;
export const CLONE_NEWNS = 0x20000;
export const CLONE_NEWUTS = 0x4000000;
export const CLONE_NEWIPC = 0x8000000;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;

const RLIMIT_NOFILE = 7;

const cPrctl = declare<[number, number, number, number, number]>(
  "int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)",
);
const cUnshare = declare<[number]>("int unshare(int)");
const cGetrlimit = declare<[number, number]>("int getrlimit(int, uintptr_t)");
const cSetrlimit = declare<[number, number]>("int setrlimit(int, uintptr_t)");

/** Asks or tells the kernel about this thread or process, depending on the option (prctl(2)). @throws SystemError */
export function prctl(option: number, arg2 = 0, arg3 = 0, arg4 = 0, arg5 = 0): number {
  return check(cPrctl(option, arg2, arg3, arg4, arg5), "prctl");
}

/**
 * Gives this thread its own of what it shared so far (unshare(2)). A process
 * with several threads, as Node is, gets no user namespace.
 * @param what CLONE_… or'ed together
 * @throws SystemError EINVAL for CLONE_NEWUSER, EPERM without CAP_SYS_ADMIN
 */
export function unshare(what: number): void {
  check(cUnshare(what), "unshare");
}

/** How many descriptors a process may have, for now and at most (getrlimit(2)). Infinity for no limit. */
export interface FileLimit {
  readonly soft: number;
  readonly hard: number;
}

/** struct rlimit: rlim_cur[8] rlim_max[8]; all ones is no limit. */
const rlimit = new NativeMemory(16);
const NO_LIMIT = 0xffff_ffff_ffff_ffffn;

/** The limits of open descriptors (getrlimit(2), RLIMIT_NOFILE). @throws SystemError */
export function getFileLimit(): FileLimit {
  check(cGetrlimit(RLIMIT_NOFILE, rlimit.address), "getrlimit");
  return { soft: limitAt(0), hard: limitAt(2) };
}

/** Sets the limits of open descriptors (setrlimit(2)). @throws SystemError EPERM to raise the hard one */
export function setFileLimit(limit: FileLimit): void {
  rlimit.setUint64(0, limit.soft === Infinity ? NO_LIMIT : limit.soft);
  rlimit.setUint64(2, limit.hard === Infinity ? NO_LIMIT : limit.hard);
  check(cSetrlimit(RLIMIT_NOFILE, rlimit.address), "setrlimit");
}

function limitAt(word: number): number {
  const { words } = rlimit;
  return (words[word]! & words[word + 1]!) === -1 ? Infinity : rlimit.getUint64(word);
}
