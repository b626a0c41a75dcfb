import { readFileSync } from "node:fs";
import { errno } from "./errno.js";
import { declare } from "./libc.js";
import { SystemError } from "./system-error.js";

const cGeteuid = declare<[]>("unsigned int geteuid()");
const cSetfsuid = declare<[number]>("unsigned int setfsuid(unsigned int)");
const cSetfsgid = declare<[number]>("unsigned int setfsgid(unsigned int)");

/** Capabilities by number (linux/capability.h). */
const CAPABILITIES = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_LINUX_IMMUTABLE: 9,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_BROADCAST: 11,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_IPC_LOCK: 14,
  CAP_IPC_OWNER: 15,
  CAP_SYS_MODULE: 16,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_PACCT: 20,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_NICE: 23,
  CAP_SYS_RESOURCE: 24,
  CAP_SYS_TIME: 25,
  CAP_SYS_TTY_CONFIG: 26,
  CAP_MKNOD: 27,
  CAP_LEASE: 28,
  CAP_AUDIT_WRITE: 29,
  CAP_AUDIT_CONTROL: 30,
  CAP_SETFCAP: 31,
  CAP_MAC_OVERRIDE: 32,
  CAP_MAC_ADMIN: 33,
  CAP_SYSLOG: 34,
  CAP_WAKE_ALARM: 35,
  CAP_BLOCK_SUSPEND: 36,
  CAP_AUDIT_READ: 37,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
  CAP_CHECKPOINT_RESTORE: 40,
} as const;

/** The name of a capability (capabilities(7)). */
export type Capability = keyof typeof CAPABILITIES;

/** The effective user of this thread (geteuid(2)). */
export function effectiveUser(): number {
  return cGeteuid();
}

/** True when this thread has a capability in effect (capabilities(7); proc_pid_status(5), CapEff). */
export function hasCapability(name: Capability): boolean {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/thread-self/status", "utf8"));
  return line !== null && ((BigInt(`0x${line[1]!}`) >> BigInt(CAPABILITIES[name])) & 1n) === 1n;
}

/** No such user or group: setfsuid and setfsgid change nothing and answer who it is now. */
const NOBODY = 0xffffffff;

/**
 * Sets the user that this thread's file system calls are checked against and
 * make files as; leaving 0 also puts the capabilities over files out of effect
 * (setfsuid(2)). Calls on the libuv pool are not affected. Returns the one
 * before. @throws SystemError EPERM
 */
export function setfsuid(uid: number): number {
  const before = cSetfsuid(uid);
  if (cSetfsuid(NOBODY) !== uid) throw new SystemError(errno.EPERM, "setfsuid");
  return before;
}

/** {@link setfsuid} for the group (setfsgid(2)). The supplementary groups stay. @throws SystemError EPERM */
export function setfsgid(gid: number): number {
  const before = cSetfsgid(gid);
  if (cSetfsgid(NOBODY) !== gid) throw new SystemError(errno.EPERM, "setfsgid");
  return before;
}
