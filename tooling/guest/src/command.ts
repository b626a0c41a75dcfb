import { spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** How a program ended, and what it wrote. */
export interface CommandResult {
  /** Exit code; a program that a signal ended, or that could not be started, has none. */
  code: number | undefined;
  stdout: Buffer;
  /** Standard error; of a program that could not be started, why. */
  stderr: string;
}

/** Options of {@link run}. */
export interface CommandOptions {
  input?: Uint8Array;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds until the program is killed. */
  timeout?: number;
  signal?: AbortSignal | undefined;
}

/** Runs a program to its end and keeps what it writes. Never rejects. */
export function run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const [program = "", ...args] = argv;
    const stdout: Buffer[] = [];
    let stderr = "";
    const child = spawn(program, args, {
      stdio: "pipe",
      env: options.env ?? process.env,
      killSignal: "SIGKILL",
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", (error) => {
      resolve({ code: undefined, stdout: Buffer.concat(stdout), stderr: error.message });
    });
    child.on("close", (code) => {
      resolve({ code: code ?? undefined, stdout: Buffer.concat(stdout), stderr });
    });
    // A program that ends without reading all of its input is judged by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input);
  });
}

/** Where `program` is on PATH, or undefined. The folders of the superuser's programs count too. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    const candidate = path.join(folder, program);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
