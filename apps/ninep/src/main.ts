import { Client } from "@ninep/client";
import { CommanderError } from "commander";
import { formatAddress } from "./address.js";
import { parseCommandLine, type Request } from "./command-line.js";
import { dial } from "./dial.js";
import { NobodyReads, Output, type OutputStream } from "./output.js";
import { printable } from "./printable.js";
import { Progress } from "./progress.js";
import { Report, reasonOf } from "./report.js";

/** What the program has of a process. */
export interface ProcessLike {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  once(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** Everything went well. */
const OK = 0;
const FAILED = 1;
const USAGE = 2;
/** 128 + SIGINT, as a shell reports it. */
const INTERRUPTED = 130;

class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Runs the program and returns its exit status. */
export async function main(argv: readonly string[], process: ProcessLike): Promise<number> {
  // Help may have no reader either, and a message has nobody to be reported to.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  let request: Request;
  try {
    request = parseCommandLine(argv, process.env, {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    throw error;
  }
  const controller = new AbortController();
  const interrupt = () => {
    controller.abort(new Interrupted("interrupted"));
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await run(request, process, controller);
  } catch (error) {
    const why: unknown = controller.signal.aborted ? controller.signal.reason : error;
    if (why instanceof NobodyReads) return OK;
    if (why instanceof Interrupted) return INTERRUPTED;
    process.stderr.write(`${printable(`ninep: ${formatAddress(request.address)}: ${reasonOf(why)}`)}\n`);
    return FAILED;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

async function run(request: Request, process: ProcessLike, controller: AbortController): Promise<number> {
  const { signal } = controller;
  const { write, print } = new Output(process.stdout, (error) => {
    controller.abort(error);
  });
  const isTerminal = process.stderr.isTTY === true;
  const client = await Client.connect(await dial(request.address, signal), { signal });
  const progress = new Progress((text) => {
    if (isTerminal && !request.quiet) process.stderr.write(text);
  });
  const report = new Report(request.command, (text) => {
    progress.hide();
    process.stderr.write(text);
  });
  try {
    const root = await client.attach({ aname: request.aname, uname: request.uname, signal });
    await request.run({ root, report, progress, signal, write, print });
    signal.throwIfAborted();
  } finally {
    progress.end();
    client.close();
  }
  return report.failed ? FAILED : OK;
}
