import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../bin/ninepd.js", import.meta.url));
/** pino's number for "error". */
const ERROR_LEVEL = 50;

/** ninepd in a process of its own. */
export class NinepdProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #log: () => string;

  private constructor(child: ChildProcess, port: number, log: () => string) {
    this.#child = child;
    this.port = port;
    this.#log = log;
  }

  /** Starts it on a TCP port of the loopback; 0 takes a free one. */
  static async start(args: readonly string[], port = 0): Promise<NinepdProcess> {
    const child = spawn(process.execPath, [PROGRAM, "--listen", `tcp://127.0.0.1:${port}`, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const found = await new Promise<number>((resolve, reject) => {
      let banner = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        banner += text;
        const [, number] = /^on tcp:\/\/[^\n]*:(\d+)\n/m.exec(banner) ?? [];
        if (number !== undefined) resolve(Number(number));
      });
      child.once("exit", (code) => {
        reject(new Error(`ninepd ended with ${code} before it served: ${log}`));
      });
    });
    return new NinepdProcess(child, found, () => log);
  }

  /**
   * Ends it as an administrator does.
   * @throws Error when it had ended before, ended with a failure, or logged an error
   */
  async stop(): Promise<void> {
    if (!this.#running) throw new Error(`ninepd ended with ${this.#child.exitCode}: ${this.#log()}`);
    this.#child.kill("SIGTERM");
    await once(this.#child, "close");
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== 0) throw new Error(`ninepd ended with ${exitCode ?? signalCode}: ${this.#log()}`);
    const errors = this.#log()
      .split("\n")
      .filter((line) => (!line.startsWith("{") ? line !== "" : levelOf(line) >= ERROR_LEVEL));
    if (errors.length > 0) throw new Error(`ninepd logged errors: ${errors.join("\n")}`);
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (!this.#running) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }

  /** Descriptors that it has open. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#child.pid!}/fd`).length;
  }

  /** Resident memory in MB. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid!}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1000;
  }

  get #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

function levelOf(line: string): number {
  return (JSON.parse(line) as { level: number }).level;
}
