import { parseArgs } from "node:util";
import type { Accelerator, Network } from "./qemu-arguments.js";
import type { ShareServer, SharedDirectory } from "./share.js";

/** What the command line asks for. */
export interface Arguments {
  action: "help" | "prepare" | "support" | "make-root" | "run";
  /** Where to make a root. */
  newRoot: string | undefined;
  /** A script's file, or a shell command; neither unless the action is `run`. */
  scriptFile: string | undefined;
  command: string[] | undefined;
  args: string[];
  memory: number | undefined;
  cpus: number | undefined;
  /** Seconds. */
  timeout: number | undefined;
  network: Network | undefined;
  accelerator: Accelerator | undefined;
  kernel: string | undefined;
  kernelModules: string | undefined;
  root: SharedDirectory | undefined;
  mounts: Record<string, SharedDirectory>;
  shareServer: ShareServer | undefined;
  files: Record<string, string>;
  env: Record<string, string>;
  modules: string[];
  qemuArgs: string[];
  quiet: boolean;
}

/** A command line that makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `Usage: ninep-guest [options] SCRIPT [ARGUMENT...]
       ninep-guest [options] -- COMMAND [ARGUMENT...]
       ninep-guest --prepare | --support | --make-root DIR

Boots a Linux guest under QEMU, runs a shell script in it as root, prints what it
prints, and exits as it does. Its root is a Debian, or with --root a directory of
the host. The guest reaches the host's loopback at 10.0.2.2.

      --root DIR            boot from this directory of the host, shared over virtio;
                            it needs no more than /bin/sh, and stays as it is
      --rw                  let the guest change that directory
      --mount PATH=DIR[,rw] another directory of the host, at PATH in the guest,
                            read-only unless it says rw; may be repeated
      --server NAME         who serves them: ninepd, or virtfs, which is QEMU itself (ninepd)
  -m, --memory MIB          memory of the guest (1024)
  -c, --cpus N              its processors (2)
  -t, --timeout SECONDS     kill it after that long (600)
  -f, --file GUEST=HOST     put a host's file into the guest; may be repeated
  -e, --env NAME=VALUE      set a variable for the script; may be repeated
      --module NAME         load another kernel module; may be repeated
      --network user|none   whether it has a network (user)
      --accel kvm|tcg       how it runs (KVM where it works, else TCG)
      --kernel FILE         boot this kernel; debian:SUITE fetches that Debian's
      --kernel-modules DIR  its modules (/lib/modules/RELEASE)
      --qemu-arg ARGUMENT   pass an argument to QEMU; may be repeated
      --make-root DIR       only make a small Debian in DIR, to boot from
      --prepare             only fill the cache
      --support             only say whether guests run here
  -q, --quiet               no progress on standard error
  -h, --help                this text

Exit codes: the script's own, 125 if the guest could not run, 2 for wrong usage.
`;

const OPTIONS = {
  root: { type: "string" },
  rw: { type: "boolean" },
  mount: { type: "string", multiple: true },
  server: { type: "string" },
  "make-root": { type: "string" },
  memory: { type: "string", short: "m" },
  cpus: { type: "string", short: "c" },
  timeout: { type: "string", short: "t" },
  file: { type: "string", short: "f", multiple: true },
  env: { type: "string", short: "e", multiple: true },
  module: { type: "string", multiple: true },
  network: { type: "string" },
  accel: { type: "string" },
  kernel: { type: "string" },
  "kernel-modules": { type: "string" },
  "qemu-arg": { type: "string", multiple: true },
  prepare: { type: "boolean" },
  support: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the command line. @throws UsageError */
export function parseArguments(argv: readonly string[]): Arguments {
  const { own, script, command } = splitArguments(argv);
  const values = readOptions(own);
  const rest = script ?? [];
  const action = values.help
    ? "help"
    : values.prepare
      ? "prepare"
      : values.support
        ? "support"
        : values["make-root"] !== undefined
          ? "make-root"
          : ("run" as const);
  if (values.root === undefined && (values.rw ?? values.mount ?? values.server) !== undefined)
    throw new UsageError("--rw, --mount and --server go with --root");
  if (action === "run" && rest.length === 0 && (command ?? []).length === 0) {
    throw new UsageError("name a script, or give a command after --");
  }
  return {
    action,
    scriptFile: rest[0],
    command,
    args: rest.slice(1),
    memory: positive("memory", values.memory),
    cpus: positive("cpus", values.cpus),
    timeout: positive("timeout", values.timeout),
    network: oneOf("network", values.network, ["user", "none"]),
    accelerator: oneOf("accel", values.accel, ["kvm", "tcg"]),
    kernel: values.kernel,
    kernelModules: values["kernel-modules"],
    newRoot: values["make-root"],
    root: values.root === undefined ? undefined : { directory: values.root, writable: values.rw ?? false },
    mounts: mounts(values.mount),
    shareServer: oneOf("server", values.server, ["ninepd", "virtfs"]),
    files: pairs("file", values.file),
    env: pairs("env", values.env),
    modules: values.module ?? [],
    qemuArgs: values["qemu-arg"] ?? [],
    quiet: values.quiet ?? false,
  };
}

/** Our options end at the script's name or at `--`: what follows is the script's. */
function splitArguments(argv: readonly string[]): {
  own: string[];
  script?: string[];
  command?: string[];
} {
  const args = [...argv];
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, tokens: true });
  const end = tokens.find(({ kind }) => kind !== "option");
  if (end === undefined) return { own: args };
  const own = args.slice(0, end.index);
  if (end.kind === "positional") return { own, script: args.slice(end.index) };
  return { own, command: args.slice(end.index + 1) };
}

function readOptions(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} ${text}: give a whole number above 0`);
  return Number(text);
}

function oneOf<T extends string>(name: string, text: string | undefined, words: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new UsageError(`--${name} ${text}: give ${words.join(" or ")}`);
  return word;
}

function mounts(words: readonly string[] = []): Record<string, SharedDirectory> {
  return Object.fromEntries(
    Object.entries(pairs("mount", words)).map(([guestPath, text]) => {
      const [, directory = "", access] = /^(.*?)(?:,(ro|rw))?$/s.exec(text) ?? [];
      return [guestPath, { directory, writable: access === "rw" }];
    }),
  );
}

function pairs(name: string, words: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw new UsageError(`--${name} ${word}: give two words joined by =`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}
