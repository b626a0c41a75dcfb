// What a guest costs its host besides running it.
import { readFileSync, readdirSync } from "node:fs";
import process from "node:process";

/** Milliseconds of a clock tick (USER_HZ, proc(5)). */
const TICK = 10;

/** User and system time of a process, threads that have ended included, in milliseconds. */
export function processTime(pid) {
  return fieldsTime(`/proc/${pid}/stat`);
}

/** The same without the threads that run virtual processors: what QEMU itself does. */
export function qemuTime(pid) {
  let total = processTime(pid);
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const name = readFileSync(`/proc/${pid}/task/${task}/comm`, "utf8");
    if (name.startsWith("CPU ")) total -= fieldsTime(`/proc/${pid}/task/${task}/stat`);
  }
  return total;
}

/** The QEMU that this process has started. */
export function findQemu() {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const parent = Number(readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1].split(" ")[1]);
      if (parent === process.pid && readFileSync(`/proc/${entry}/cmdline`, "utf8").includes("qemu-system"))
        return Number(entry);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error("no QEMU is running");
}

function fieldsTime(file) {
  // The name, which may hold anything, ends at the last bracket.
  const text = readFileSync(file, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
