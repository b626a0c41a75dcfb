import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "./cache-directory.js";
import type { Accelerator } from "./qemu-arguments.js";

/**
 * KVM where it works, else TCG. That /dev/kvm opens proves little: nested
 * virtualization may be missing or broken. So a guest is booted once and the
 * answer kept until the host boots again.
 * @param probe boots a guest under KVM and tells whether that worked
 */
export async function chooseAccelerator(probe: () => Promise<boolean>): Promise<Accelerator> {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
  } catch {
    return "tcg";
  }
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const record = path.join(cacheDirectory(), "kvm-works");
  const known = readRecord(record, bootId);
  if (known !== undefined) return known;
  const answer = (await probe()) ? "kvm" : "tcg";
  try {
    writeFileSync(record, `${bootId} ${answer}\n`);
  } catch {
    // Someone else's cache: then every process asks again.
  }
  return answer;
}

function readRecord(file: string, bootId: string): Accelerator | undefined {
  try {
    const [id, answer] = readFileSync(file, "utf8").trim().split(" ");
    return id === bootId && (answer === "kvm" || answer === "tcg") ? answer : undefined;
  } catch {
    return undefined;
  }
}
