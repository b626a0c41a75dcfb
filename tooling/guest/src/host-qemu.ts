import { findProgram, run } from "./command.js";
import type { Architecture } from "./recipe.js";

/** The oldest QEMU that is used: it came with vhost-user-test-device-pci. */
export const MINIMUM_QEMU: Version = [10, 1];

/** Major and minor version. */
export type Version = readonly [number, number];

/** Reads the version from what `qemu-system-… --version` prints. */
export function parseQemuVersion(text: string): Version | undefined {
  const match = /^QEMU emulator version (\d+)\.(\d+)/m.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

export function atLeast([major, minor]: Version, [wantedMajor, wantedMinor]: Version): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The host's own QEMU, or undefined when it has none that is new enough. */
export async function findHostQemu(architecture: Architecture): Promise<string[] | undefined> {
  const program = findProgram(architecture.qemuProgram);
  if (program === undefined) return undefined;
  const [version, runWith] = await Promise.all([
    run([program, "--version"], { timeout: 10_000 }),
    run([program, "-run-with", "help"], { timeout: 10_000 }),
  ]);
  const parsed = parseQemuVersion(version.stdout.toString());
  if (parsed === undefined || !atLeast(parsed, MINIMUM_QEMU)) return undefined;
  // Without it a guest would outlive a test run that is killed.
  return runWith.stdout.includes("exit-with-parent") ? [program] : undefined;
}
