import { readFileSync } from "node:fs";

/** What this process opens beside the files it serves: its own library's, the event loops', the listeners'. */
const OWN_DESCRIPTORS = 64;

/** How many descriptors are there for files and connections (getrlimit(2), RLIMIT_NOFILE), Infinity for no limit. */
export function descriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const [, soft = "unlimited"] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  return soft === "unlimited" ? Infinity : Number(soft) - OWN_DESCRIPTORS;
}
