import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findProgram } from "./command.js";
import { GuestError } from "./guest-error.js";
import { escapeCommas } from "./qemu-arguments.js";
import type { Share, ShareServer } from "./share.js";
import { vhostUserArguments } from "./vhost-user.js";

/** How long ninepd may take to start, in milliseconds. */
const START_TIMEOUT = 30_000;
/** How often its sockets are looked for, in milliseconds. */
const LOOK_AGAIN = 20;

/** Shares that are being served. */
export interface ServedShares {
  readonly qemuArguments: readonly string[];
  /** Ends what serves them. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly server: ShareServer;
  /** How to run ninepd; by default the one of this repository, or else the one on PATH. */
  readonly ninepd?: readonly string[] | undefined;
  /** A folder for its sockets. */
  readonly folder: string;
  /** The guest's memory in MiB. */
  readonly memory: number;
}

/** Serves directories to a guest that is about to start. @throws GuestError */
export async function serveShares(shares: readonly Share[], options: ServeOptions): Promise<ServedShares> {
  if (options.server === "virtfs")
    return { qemuArguments: shares.flatMap(virtfsArguments), stop: () => Promise.resolve() };
  const devices = shares.map(({ tag }) => ({ tag, socket: path.join(options.folder, `${tag}.sock`) }));
  const args = shares.flatMap(({ tag, directory, writable }) => [
    ...["--export", `${tag}=${directory},${writable ? "rw" : "ro"}`],
    ...["--listen", `vhost-user:${path.join(options.folder, `${tag}.sock`)},tag=${tag},export=${tag}`],
  ]);
  const [program = "", ...before] = options.ninepd ?? findNinepd();
  const child = spawn(program, [...before, ...args, "--log-level", "warn"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.removeListener("exit", kill);
    await end(child);
  };
  try {
    await started(
      child,
      devices.map(({ socket }) => socket),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { qemuArguments: vhostUserArguments(devices, options.memory), stop };
}

function virtfsArguments({ tag, directory, writable }: Share): string[] {
  const words = [
    "local",
    `path=${escapeCommas(directory)}`,
    `mount_tag=${tag}`,
    "security_model=none",
    "multidevs=remap",
  ];
  return ["-virtfs", [...words, ...(writable ? [] : ["readonly=on"])].join(",")];
}

function findNinepd(): string[] {
  const sibling = fileURLToPath(new URL("../../../apps/ninepd/bin/ninepd.js", import.meta.url));
  if (existsSync(sibling)) return [process.execPath, sibling];
  const installed = findProgram("ninepd");
  if (installed !== undefined) return [installed];
  throw new GuestError(
    "unsupported",
    "no ninepd to serve the share: install it (npm install -g ninepd), or let QEMU serve it (--server virtfs)",
  );
}

/** Resolves when all sockets are there. */
async function started(child: ChildProcess, sockets: readonly string[]): Promise<void> {
  let said = "";
  let failed: string | undefined;
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.once("error", (error) => {
    failed = error.message;
  });
  child.once("exit", (code, signal) => {
    failed = `it ended with ${code ?? signal}: ${said.trim()}`;
  });
  const end = performance.now() + START_TIMEOUT;
  while (!sockets.every((socket) => existsSync(socket))) {
    if (failed === undefined && performance.now() > end)
      failed = `it takes too long to start: ${said.trim()}`;
    if (failed !== undefined) throw new GuestError("unsupported", `ninepd cannot serve the share: ${failed}`);
    await sleep(LOOK_AGAIN);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}
