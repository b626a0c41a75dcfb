import { readFileSync } from "node:fs";
import { declare } from "./libc.js";

const cGeteuid = declare<[]>("unsigned int geteuid()");

/** Capabilities by number (linux/capability.h). */
const CAPABILITIES = {
  CAP_CHOWN: 0,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_MKNOD: 27,
  CAP_SYS_ADMIN: 21,
} as const;

/** The effective user of this thread (geteuid(2)). */
export function effectiveUser(): number {
  return cGeteuid();
}

/** True when this process has a capability in effect (capabilities(7); proc_pid_status(5), CapEff). */
export function hasCapability(name: keyof typeof CAPABILITIES): boolean {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/thread-self/status", "utf8"));
  return line !== null && ((BigInt(`0x${line[1]!}`) >> BigInt(CAPABILITIES[name])) & 1n) === 1n;
}
