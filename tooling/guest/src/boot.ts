import { spawn } from "node:child_process";
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { GuestError } from "./guest-error.js";
import { CONSOLE_FD, OUTPUT_FD, STATUS_FD } from "./qemu-arguments.js";

/** How a guest is watched while it runs. */
export interface BootOptions {
  /** Milliseconds from start to end. */
  timeout: number;
  signal: AbortSignal | undefined;
  onOutput: (text: string) => void;
  /** Called when init starts the script. */
  onBoot: () => void;
}

/** What a script left behind. */
export interface BootResult {
  /** The script's; 128 + n when signal n ended it. */
  exitCode: number;
  /** All that it printed, standard output and error as one. */
  output: string;
  /** What the kernel said on its console; little, unless it is told to say more. */
  console: string;
  /** Milliseconds from QEMU's start to the script's. */
  bootTime: number;
}

/** Lines of the console that an error shows; of a panic, more if need be. */
const CONSOLE_LINES = 30;

/** Runs QEMU until its guest has powered off. */
export async function boot(argv: readonly string[], options: BootOptions): Promise<BootResult> {
  const [program = "", ...args] = argv;
  if (options.signal?.aborted === true) throw new GuestError("aborted", "the guest was not started");
  const started = performance.now();
  const qemu = spawn(program, args, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", "pipe"] });
  const kill = (): void => {
    qemu.kill("SIGKILL");
  };
  process.once("exit", kill);

  let bootTime: number | undefined;
  let startError: Error | undefined;
  // Node's types stop at the fifth descriptor.
  const sockets = qemu.stdio as unknown as readonly Socket[];
  const console = collect(sockets[CONSOLE_FD]!);
  const messages = collect(qemu.stderr!);
  const output = collect(sockets[OUTPUT_FD]!, options.onOutput);
  const status = collect(sockets[STATUS_FD]!, () => {
    if (bootTime !== undefined) return;
    bootTime = performance.now() - started;
    options.onBoot();
  });

  let ended: "timeout" | "aborted" | undefined;
  const end = (why: "timeout" | "aborted") => () => {
    ended = why;
    kill();
  };
  const timer = setTimeout(end("timeout"), options.timeout);
  const onAbort = end("aborted");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await new Promise<void>((resolve) => {
      qemu.once("error", (error) => {
        startError = error;
        resolve();
      });
      qemu.once("close", () => {
        resolve();
      });
    });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", onAbort);
    process.removeListener("exit", kill);
  }

  const exit = /^exit (\d+)$/m.exec(status.text());
  // A guest that reported its exit code has done its work, whatever came after.
  if (exit !== null) {
    return {
      exitCode: Number(exit[1]),
      output: output.text(),
      console: console.text(),
      bootTime: bootTime ?? 0,
    };
  }

  const details = tail(console.text());
  const shown = details === "" ? "the console is empty" : `the console's last lines:\n${details}`;
  if (startError !== undefined)
    throw new GuestError("qemu", `cannot start ${program}: ${startError.message}`);
  if (ended === "aborted") throw new GuestError("aborted", "the guest was stopped", output.text());
  if (ended === "timeout") {
    const when = bootTime === undefined ? "while it booted" : "while the script ran";
    throw new GuestError(
      "timeout",
      `the guest was killed after ${options.timeout / 1000} s, ${when}; ${shown}`,
      output.text(),
    );
  }
  const failure = /^fail (.*)$/m.exec(status.text())?.[1];
  if (failure !== undefined) throw new GuestError("crash", `the guest gave up: ${failure}; ${shown}`);
  if (qemu.exitCode !== 0) {
    const how = qemu.signalCode ?? `exit code ${qemu.exitCode ?? "unknown"}`;
    throw new GuestError("qemu", `QEMU ended with ${how}: ${messages.text().trim()}`, output.text());
  }
  throw new GuestError("crash", `the guest ended without an exit code; ${shown}`, output.text());
}

function collect(stream: NodeJS.ReadableStream, onText?: (text: string) => void): { text(): string } {
  const chunks: string[] = [];
  const decoder = new StringDecoder("utf8");
  const add = (text: string): void => {
    if (text === "") return;
    chunks.push(text);
    onText?.(text);
  };
  stream.on("data", (chunk: Buffer) => {
    add(decoder.write(chunk));
  });
  stream.on("end", () => {
    add(decoder.end());
  });
  // QEMU's end of the pair vanishes when it is killed.
  stream.on("error", () => undefined);
  return { text: () => chunks.join("") };
}

/** The end of the console's text, but all of a panic. */
function tail(text: string): string {
  const lines = text.replaceAll("\r", "").trimEnd().split("\n");
  const panic = lines.findIndex((line) => line.includes("Kernel panic"));
  const last = Math.max(0, lines.length - CONSOLE_LINES);
  return lines.slice(panic === -1 ? last : Math.min(panic, last)).join("\n");
}
