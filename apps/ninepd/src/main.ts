import process from "node:process";
import { ListenError, listen, type Listener } from "@ninep/net";
import { banner } from "./banner.js";
import { readCommandLine } from "./command-line.js";
import { openLog } from "./log.js";
import { resolveSettings } from "./resolve-settings.js";
import { SettingsError, type Settings } from "./settings.js";
import { Workers } from "./workers.js";

/** How long clients have to take their last replies, in milliseconds. */
const DRAIN_TIME = 5000;

/** Runs ninepd until it is told to end. Sets the exit status: 0, 1 after a crash, 2 for what the user can mend. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const options = readCommandLine(args);
    if (options) await serve(resolveSettings(options, process.cwd()));
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof ListenError)) throw error;
    console.error(`ninepd: ${error.message}`);
    process.exitCode = 2;
  }
}

async function serve(settings: Settings): Promise<void> {
  // Clients have applied their own umask already.
  process.umask(0);
  const log = openLog(settings.logLevel, "ninepd");
  const listeners: Listener[] = [];
  const closeListeners = () => {
    for (const listener of listeners.splice(0)) listener.close();
  };
  try {
    for (const address of settings.listen) listeners.push(await listen(address));
    const workers = new Workers(settings, listeners);
    await workers.ready();

    const text = banner(
      settings,
      listeners.map(({ address }) => address),
    );
    // With stdio: standard output belongs to the client.
    if (settings.listen.some(({ kind }) => kind === "stdio")) process.stderr.write(text);
    else process.stdout.write(text);

    let signals = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      if (++signals > 1) {
        workers.abort();
        return;
      }
      log.info(`${signal}: answering what is under way, then ending; once more to end now`);
      workers.drain();
      setTimeout(() => {
        workers.abort();
      }, DRAIN_TIME).unref();
    };
    process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
    await workers.ended();
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  } finally {
    closeListeners();
  }
}
