import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("echo-device.mjs", import.meta.url));

/** The echo device in a process of its own. */
export class DeviceProcess {
  readonly socket: string;
  /** Lines of trouble it has reported. */
  readonly trouble: string[] = [];
  readonly #folder = mkdtempSync(path.join(tmpdir(), "ninep-device-"));
  readonly #child: ChildProcess;
  #ready!: () => void;
  readonly ready = new Promise<void>((resolve) => (this.#ready = resolve));

  constructor(spin = 0) {
    this.socket = path.join(this.#folder, "s");
    this.#child = spawn(process.execPath, [PROGRAM, this.socket, String(spin)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let rest = "";
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (line === "ready") this.#ready();
        else this.trouble.push(line.replace("trouble: ", ""));
      }
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** How many regions of memory it has mapped from a driver. */
  get mapped(): number {
    return readFileSync(`/proc/${this.pid}/maps`, "utf8").split("memfd:ninep-driver").length - 1;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
