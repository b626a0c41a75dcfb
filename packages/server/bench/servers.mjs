// The servers that are compared: how to start them on a tree, and what they cost.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BlockingClient } from "./blocking-client.mjs";

const ninepd = fileURLToPath(new URL("../../../apps/ninepd/bin/ninepd.js", import.meta.url));
/** Clock ticks of /proc/PID/stat (sysconf(_SC_CLK_TCK)): 100 a second on every Linux. */
const TICK = 10;

export const SERVERS = {
  ninepd: {
    command: (tree, socket) => [
      process.execPath,
      ninepd,
      tree,
      "--listen",
      `unix:${socket}`,
      "--log-level",
      "silent",
    ],
    aname: () => "",
  },
  diod: {
    command: (tree, socket) => ["diod", "-f", "-n", "-l", socket, "-e", tree],
    aname: (tree) => tree,
    install: "apt-get install diod",
  },
};

/** A server under test. */
export class Server {
  static async start(name, tree, folder) {
    const socket = path.join(folder, `${name}.sock`);
    rmSync(socket, { force: true });
    const [command, ...args] = SERVERS[name].command(tree, socket);
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    const failure = new Promise((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${name} ended with status ${code}`)));
    });
    failure.catch(() => undefined);
    const listening = (async () => {
      while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 20));
    })();
    await Promise.race([listening, failure]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return new Server(name, tree, socket, child);
  }

  constructor(name, tree, socket, child) {
    Object.assign(this, { name, tree, socket, child });
  }

  connect(msize) {
    return new BlockingClient(this.socket, SERVERS[this.name].aname(this.tree), msize);
  }

  /** User and system time of all its threads so far, in milliseconds. */
  get cpu() {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  }

  /** Resident memory in MB. */
  get memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1000;
  }

  get descriptors() {
    return readdirSync(`/proc/${this.child.pid}/fd`).length;
  }

  stop() {
    return new Promise((resolve) => {
      this.child.removeAllListeners("exit").once("exit", resolve);
      this.child.kill("SIGTERM");
    });
  }
}
