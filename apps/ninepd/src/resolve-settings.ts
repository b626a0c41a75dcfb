import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { LEAST_FDS } from "@ninep/host-fs";
import { AddressError, DEFAULT_PORT, formatAddress, parseAddress, type Address } from "@ninep/net";
import { descriptorLimit } from "./descriptor-limit.js";
import type { Options } from "./options.js";
import { SettingsError, type Export, type Settings } from "./settings.js";

const DEFAULTS = {
  maxFids: 1_048_576 * 4,
  maxFds: 960,
  msize: 1024 * 1024,
  threads: 1,
  spin: 0,
  logLevel: "info",
  trace: false,
} as const;

/**
 * Checks what the user set and fills in the rest. Relative paths start at `cwd`.
 * @throws SettingsError
 */
export function resolveSettings(options: Options, cwd: string): Settings {
  const { directory, exports = [], readonly: readOnly = false } = options;
  const named = exports.map((text) => parseExport(text, cwd, readOnly));
  const anonymous =
    directory === undefined && named.length > 0 ? [] : [openExport("", directory ?? ".", cwd, readOnly)];
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw new SettingsError(`two exports have the name ${name}`);
    seen.add(name);
  }
  const addresses = options.listen ?? [`tcp://127.0.0.1:${DEFAULT_PORT}`];
  if (addresses.length === 0) throw new SettingsError("there is nothing to listen on");
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Settings>;
  const { maxFids, maxFds, msize, threads, spin, logLevel, trace } = { ...DEFAULTS, ...given };
  if (maxFds < LEAST_FDS * threads) {
    throw new SettingsError(
      `--max-fds ${maxFds} is too little for ${threads} threads: ${LEAST_FDS} for each`,
    );
  }
  const limit = descriptorLimit();
  if (maxFds > limit) {
    throw new SettingsError(
      `--max-fds ${maxFds} is more than this process may open; raise the limit (ulimit -n ${maxFds + 128}) or set --max-fds to ${limit} or less`,
    );
  }
  const all = [...anonymous, ...named];
  const listen = addresses.map(checkAddress);
  checkDevices(listen, all);
  return {
    exports: all,
    listen,
    maxFids,
    maxFds,
    msize,
    threads,
    spin,
    logLevel,
    trace,
  };
}

/** @throws SettingsError when a device serves an export that there is not, or a socket is asked for twice */
function checkDevices(listen: readonly Address[], exports: readonly Export[]): void {
  const paths = new Set<string>();
  for (const address of listen) {
    if (address.kind !== "vhost-user") continue;
    const { path: socket, exportName } = address;
    if (paths.has(socket))
      throw new SettingsError(`two devices share the socket ${socket}: each needs its own`);
    paths.add(socket);
    if (exportName !== undefined && !exports.some(({ name }) => name === exportName))
      throw new SettingsError(`--listen ${formatAddress(address)}: there is no export ${exportName}`);
  }
}

function parseExport(text: string, cwd: string, readOnly: boolean): Export {
  const [, name, directory, mode] = /^([^=/]+)=(.+?)(?:,(ro|rw))?$/s.exec(text) ?? [];
  if (name === undefined || directory === undefined) {
    throw new SettingsError(`--export takes NAME=DIR or NAME=DIR,ro; ${JSON.stringify(text)} is neither`);
  }
  return openExport(name, directory, cwd, readOnly || mode === "ro");
}

function openExport(name: string, directory: string, cwd: string, readOnly: boolean): Export {
  const absolute = path.resolve(cwd, directory);
  try {
    const real = realpathSync(absolute);
    if (!statSync(real).isDirectory())
      throw new SettingsError(`cannot serve ${absolute}: it is not a directory`);
    return { name, path: real, readOnly };
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT" ? "there is no such directory" : code === "EACCES" ? "permission denied" : message;
    throw new SettingsError(`cannot serve ${absolute}: ${why}`);
  }
}

function checkAddress(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new SettingsError(`--listen ${error.message}`);
    throw error;
  }
}
