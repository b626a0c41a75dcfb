import { readFileSync } from "node:fs";
import { parseArguments, USAGE, UsageError, type Arguments } from "./arguments.js";
import { GuestError } from "./guest-error.js";
import { debianKernel } from "./debian-kernel.js";
import { makeRoot } from "./make-root.js";
import { prepareGuest, type PrepareOptions } from "./prepare.js";
import { runGuest, type GuestOptions } from "./run-guest.js";
import { shellQuote } from "./shell-quote.js";
import { guestSupport } from "./support.js";

/** Exit codes beside the script's own. */
const USAGE_CODE = 2;
const NO_GUEST_CODE = 125;

/** The command `ninep-guest`. @returns its exit code */
export async function main(argv: readonly string[]): Promise<number> {
  // A first Ctrl-C stops the guest in order; a second one ends this process as usual.
  const abort = new AbortController();
  let stoppedBy: "SIGINT" | "SIGTERM" | "SIGHUP" | undefined;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) {
    process.once(signal, () => {
      stoppedBy = signal;
      abort.abort();
    });
  }
  try {
    return await perform(parseArguments(argv), abort.signal);
  } catch (error) {
    if (stoppedBy !== undefined) return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[stoppedBy];
    if (error instanceof UsageError) {
      process.stderr.write(`ninep-guest: ${error.message}; --help says more\n`);
      return USAGE_CODE;
    }
    if (!(error instanceof GuestError)) throw error;
    process.stderr.write(`ninep-guest: ${error.message}\n`);
    return NO_GUEST_CODE;
  }
}

async function perform(args: Arguments, signal: AbortSignal): Promise<number> {
  const onProgress = (message: string): void => {
    if (!args.quiet) process.stderr.write(`${message} …\n`);
  };
  switch (args.action) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "prepare":
      process.stdout.write(`${await prepareGuest({ onProgress, signal })}\n`);
      return 0;
    case "support": {
      const support = await guestSupport();
      const cached = "guests run here";
      const uncached = "guests run here once the cache is prepared, which the first one does";
      process.stdout.write(`${support.ok ? (support.cached ? cached : uncached) : support.reason}\n`);
      return support.ok ? 0 : 1;
    }
    case "make-root":
      await makeRoot(args.newRoot!, { onProgress, signal });
      return 0;
    case "run": {
      const kernel = await namedKernel(args, { onProgress, signal });
      const { exitCode } = await runGuest({ ...guestOptions(args), ...kernel, signal, onProgress });
      return exitCode;
    }
  }
}

/** The kernel that --kernel names, if it does. */
async function namedKernel(
  { kernel, kernelModules }: Arguments,
  options: PrepareOptions,
): Promise<Pick<GuestOptions, "kernel">> {
  if (kernel === undefined) return {};
  const [, suite] = /^debian:([a-z-]+)$/.exec(kernel) ?? [];
  if (suite !== undefined) return { kernel: await debianKernel(suite, options) };
  return { kernel: kernelModules === undefined ? kernel : { image: kernel, modules: kernelModules } };
}

function guestOptions(args: Arguments): GuestOptions {
  const { memory, cpus, timeout, network, accelerator, root, mounts, shareServer } = args;
  return {
    script:
      args.command === undefined ? readScript(args.scriptFile!) : args.command.map(shellQuote).join(" "),
    args: args.args,
    files: args.files,
    env: args.env,
    modules: args.modules,
    qemuArgs: args.qemuArgs,
    onOutput: (text) => {
      process.stdout.write(text);
    },
    ...(memory === undefined ? {} : { memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(timeout === undefined ? {} : { timeout: timeout * 1000 }),
    ...(network === undefined ? {} : { network }),
    ...(accelerator === undefined ? {} : { accelerator }),
    ...(root === undefined ? {} : { root, mounts }),
    ...(shareServer === undefined ? {} : { shareServer }),
  };
}

function readScript(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read the script ${file}: ${(error as Error).message}`);
  }
}
