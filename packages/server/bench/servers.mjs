// The servers that are compared: how to start them on a tree, and what they cost.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BlockingClient } from "./blocking-client.mjs";

const ninepd = fileURLToPath(new URL("../../../apps/ninepd/bin/ninepd.js", import.meta.url));

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
    command: (tree, socket) => ["diod", "-f", "-n", "-l", socket, "-e", tree, "-L", "/dev/null"],
    aname: (tree) => tree,
    install: "apt-get install diod",
  },
};

/** A server under test. */
export class Server {
  /** The names of the servers that are not installed. */
  static missing() {
    const names = Object.keys(SERVERS);
    return names.filter((name) => spawnSync(SERVERS[name].command("/", "")[0], ["--help"]).error);
  }

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

  /** CPU time of all its threads so far, in milliseconds (the first number of schedstat is nanoseconds). */
  get cpu() {
    const tasks = `/proc/${this.child.pid}/task`;
    let total = 0;
    for (const task of readdirSync(tasks)) total += parseInt(readFileSync(`${tasks}/${task}/schedstat`));
    return total / 1e6;
  }

  /** Resident memory in MB. */
  get memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return (Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024) / 1e6;
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
