import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { debianKernel, runGuest, type GuestOptions } from "@ninep/guest";
import { machine } from "./guest-matrix.js";
import { serveHostActions, type HostActions } from "./host-actions.js";

export interface ScriptOptions {
  /** File in `guest/`. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly actions?: HostActions;
  /** Other files of `guest/` that the script uses, beside check.sh and check.py. */
  readonly files?: readonly string[];
  /** MiB. */
  readonly memory?: number;
  /** Sockets of virtio-9p devices by their mount tag. */
  readonly devices?: Readonly<Record<string, string>>;
  /** Arguments of QEMU beside its usual ones. */
  readonly qemuArgs?: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
  /** Kills the guest. */
  readonly signal?: AbortSignal;
}

const FOLDER = new URL("../../guest/", import.meta.url);
/** Twice what the slowest script takes on two slow cores without KVM. */
const TIMEOUT = 300_000;

/**
 * Runs a script of `guest/` in a guest and returns the names of its steps.
 * @throws Error with the steps that failed, and what they printed
 * @throws GuestError when the guest itself fails, with all that it printed
 */
export async function runGuestScript(options: ScriptOptions): Promise<string[]> {
  const { script, env, actions = {}, files = [], devices = {}, timeout = TIMEOUT } = options;
  const memory = Math.max(options.memory ?? 0, machine.memory);
  const host = await serveHostActions(actions);
  try {
    const { exitCode, output } = await runGuest({
      script: readFileSync(new URL(script, FOLDER), "utf8"),
      files: Object.fromEntries(
        ["check.sh", "check.py", ...files].map((file) => [
          `/guest/${file}`,
          fileURLToPath(new URL(file, FOLDER)),
        ]),
      ),
      env: { ...env, HOST_PORT: String(host.port), PYTHONDONTWRITEBYTECODE: "1" },
      memory,
      cpus: machine.cpus,
      ...(await kernelToBoot()),
      vhostUser: Object.entries(devices).map(([tag, socket]) => ({ tag, socket })),
      qemuArgs: options.qemuArgs ?? [],
      timeout,
      ...(options.signal && { signal: options.signal }),
      onOutput: progress(),
    });
    const steps = [...output.matchAll(/^ok: (.*)$/gm)].map(([, name]) => name!);
    // Both libraries end with this line, so a script that stops halfway cannot pass.
    const whole = output.endsWith(`\nall ${steps.length} steps passed\n`);
    if (exitCode !== 0 || !whole) throw new Error(failureOf(script, exitCode, output));
    return steps;
  } finally {
    host.close();
  }
}

/** The kernel that the matrix asks for: a file, or debian:SUITE. */
async function kernelToBoot(): Promise<Pick<GuestOptions, "kernel">> {
  const { kernel } = machine;
  if (kernel === undefined) return {};
  const [, suite] = /^debian:(.+)$/.exec(kernel) ?? [];
  return { kernel: suite === undefined ? kernel : await debianKernel(suite) };
}

/** With NINEP_GUEST_VERBOSE=1: shows what scripts print as they do, after the seconds since their start. */
function progress(): (text: string) => void {
  const start = performance.now();
  return (text) => {
    if (process.env["NINEP_GUEST_VERBOSE"] !== "1") return;
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    process.stderr.write(text.replaceAll(/^(?=.)/gm, `${seconds} `));
  };
}

/** What is not the report of a step that passed says what went wrong. */
function failureOf(script: string, exitCode: number, output: string): string {
  const lines = output.split("\n").filter((line) => line !== "" && !line.startsWith("ok: "));
  const passed = [...output.matchAll(/^ok: (.*)$/gm)].at(-1)?.[1] ?? "none";
  return `${script} ended with ${exitCode}; the last step that passed: ${passed}\n${lines.join("\n")}`;
}
