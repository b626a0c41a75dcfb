import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { readConfigFile } from "./config-file.js";
import { NUMBERS, parseLogLevel, parseNumber, type NumberRange, type Options } from "./options.js";
import { SettingsError, type LogLevel } from "./settings.js";

interface Flags {
  listen?: string[];
  export?: string[];
  readonly?: true;
  maxFids?: number;
  maxFds?: number;
  msize?: number;
  threads?: number;
  spin?: number;
  config?: string;
  logLevel?: LogLevel;
  trace?: true;
}

/** This program's version. */
export const VERSION = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;

/**
 * Reads the command line, and the file that it names. Flags win over the file.
 * Returns undefined when help or the version was asked for and printed.
 * @throws SettingsError
 */
export function readCommandLine(args: readonly string[]): Options | undefined {
  const command = program();
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new SettingsError(error.message.replace(/^error: /, ""));
  }
  const { config, export: exports, ...flags } = command.opts<Flags>();
  const fromFile = config === undefined ? {} : readConfigFile(config);
  const [directory] = command.processedArgs as [string?];
  const given = { ...flags, directory, exports };
  return {
    ...fromFile,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

function program(): Command {
  return new Command("ninepd")
    .description("Serves host directories over 9P (9P2000.L, 9P2000.u, 9P2000).")
    .argument("[DIR]", "the directory to serve (default: the current one)")
    .option(
      "-l, --listen <address>",
      "tcp://HOST:PORT, unix:PATH, vhost-user:PATH,tag=TAG[,export=NAME] (a virtio-9p device for QEMU), vsock:CID:PORT, fd:N (socket activation) or stdio: (repeatable; default: tcp://127.0.0.1:5640)",
      append,
    )
    .option("-e, --export <NAME=DIR[,ro]>", "serve DIR to clients that attach to NAME (repeatable)", append)
    .option("-r, --readonly", "refuse every change")
    .option("--max-fids <n>", "most fids a connection (default: 4M)", number(NUMBERS.maxFids))
    .option("--max-fds <n>", "most descriptors for files (default: 960)", number(NUMBERS.maxFds))
    .option("--msize <bytes>", "largest message (default: 1M)", number(NUMBERS.msize))
    .option(
      "--threads <n>",
      "worker threads; a connection stays on one (default: 1)",
      number(NUMBERS.threads),
    )
    .option(
      "--spin <µs>",
      "look that long for more requests of a VM before sleeping (default: 0)",
      number(NUMBERS.spin),
    )
    .option("-c, --config <file>", "read settings from a YAML file; flags win over it")
    .option(
      "--log-level <level>",
      "silent, fatal, error, warn, info, debug or trace (default: info)",
      logLevel,
    )
    .option("--trace", "print every message, decoded, one a line")
    .version(VERSION, "-V, --version")
    .helpOption("-h, --help")
    .allowExcessArguments(false)
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  ninepd                                       serve this directory on tcp://127.0.0.1:5640
  ninepd /srv --readonly --listen unix:/run/ninepd.sock
  ninepd /nix/store -r --listen vhost-user:/run/store.sock,tag=store
  ninepd --export home=/home --export store=/nix/store,ro --listen tcp://0.0.0.0:5640`,
    );
}

function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** What commander calls to read a value; its complaint becomes the whole message. */
function number(range: NumberRange) {
  return (text: string) => complain(() => parseNumber(text, range));
}

function logLevel(text: string): LogLevel {
  return complain(() => parseLogLevel(text));
}

function complain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
