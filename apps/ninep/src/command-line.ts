import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { AddressError, DEFAULT_ADDRESS, parseAddress, type Address } from "./address.js";
import { cat } from "./cat.js";
import type { Context } from "./context.js";
import { get, type CopyOptions } from "./get.js";
import { ls, type LsOptions } from "./ls.js";
import { put } from "./put.js";
import { stat } from "./stat.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** What the user asked for. */
export interface Request {
  readonly command: string;
  readonly address: Address;
  readonly aname: string;
  readonly uname: string;
  readonly quiet: boolean;
  readonly run: (context: Context) => Promise<void>;
}

interface GlobalOptions {
  readonly address?: Address;
  readonly aname: string;
  readonly uname: string;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  $ ninep ls -l /                                     what is at the default address
  $ ninep -a tcp://10.0.2.2:5640 cat etc/hostname     a file to stdout
  $ ninep -a unix:/run/ninepd.sock get -r src ./src   a tree to this machine
  $ ninep put notes.txt docs/                         a file into a directory
  $ ninep ls --json / | jq -r 'select(.size > 1e6).name'

Exit status: 0 all went well, 1 something failed with some file, 2 wrong usage.`;

/**
 * Reads the command line.
 * @param env NINEP_ADDR is the default address
 * @param write takes help and messages
 * @throws CommanderError after help and for wrong usage; what to say has been written
 */
export function parseCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): Request {
  let request: Request | undefined;
  const program = new Command("ninep");
  const environmentAddress = () => {
    try {
      return parseAddress(env["NINEP_ADDR"] ?? DEFAULT_ADDRESS);
    } catch (error) {
      return program.error(`error: NINEP_ADDR: ${(error as Error).message}`);
    }
  };
  const ask = (command: string, run: Request["run"]) => {
    const { quiet = false, address = environmentAddress(), aname, uname } = program.opts<GlobalOptions>();
    request = { command, run, quiet, address, aname, uname };
  };
  program
    .description("List, read and copy files of a 9P server: no mount, no root.")
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.err })
    .option(
      "-a, --address <address>",
      `server: tcp://HOST:PORT, HOST:PORT or unix:PATH (default: $NINEP_ADDR, else ${DEFAULT_ADDRESS})`,
      addressOption,
    )
    .option("--aname <name>", "tree of the server", "")
    .option("--uname <name>", "user to attach as", env["USER"] ?? "nobody")
    .option("-q, --quiet", "show no progress")
    .version(version, "-V, --version")
    .showHelpAfterError("(ninep --help says more)")
    .addHelpText("after", EXAMPLES);

  program
    .command("ls")
    .description("list directories, all entries but . and ..")
    .argument("[paths...]", "files or directories", ["/"])
    .option("-l, --long", "mode, links, owner, group, size, time and target")
    .option("--json", "an object a line, with all that is known")
    .action((paths: string[], options: LsOptions) => {
      ask("ls", async (context) => ls(context, paths, options));
    });
  program
    .command("cat")
    .description("write files to stdout")
    .argument("<paths...>", "files")
    .action((paths: string[]) => {
      ask("cat", async (context) => cat(context, paths));
    });
  program
    .command("stat")
    .description("show what the server knows of files; symlinks are not followed")
    .argument("<paths...>", "files of any kind")
    .option("--json", "an object a line")
    .action((paths: string[], options: { json?: boolean }) => {
      ask("stat", async (context) => stat(context, paths, options));
    });
  program
    .command("get")
    .description("copy to this machine, with modes and times")
    .argument("<remote>", "file or directory of the server")
    .argument("<local>", "where to: into it, if it is a directory")
    .option("-r, --recursive", "directories with all that is in them; symlinks as symlinks")
    .action((remote: string, local: string, options: CopyOptions) => {
      ask("get", async (context) => get(context, remote, local, options));
    });
  program
    .command("put")
    .description("copy to the server, with modes and times")
    .argument("<local>", "file or directory of this machine")
    .argument("<remote>", "where to: into it, if it is a directory")
    .option("-r, --recursive", "directories with all that is in them; symlinks as symlinks")
    .action((local: string, remote: string, options: CopyOptions) => {
      ask("put", async (context) => put(context, local, remote, options));
    });

  program.parse(argv, { from: "user" });
  // Commander shows help and throws when there is no command.
  return request!;
}

function addressOption(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
