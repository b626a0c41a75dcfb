import type { Address } from "@ninep/net";

/** One directory that clients can attach to. */
export interface Export {
  /** The aname that selects it; "" for the default one. */
  readonly name: string;
  /** Absolute, with symlinks resolved. */
  readonly path: string;
  readonly readOnly: boolean;
}

export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that a run of ninepd needs to know, checked. */
export interface Settings {
  readonly exports: readonly Export[];
  readonly listen: readonly Address[];
  /** Most fids a connection. */
  readonly maxFids: number;
  /** Most descriptors for files, of all threads together. */
  readonly maxFds: number;
  /** Largest message in bytes. */
  readonly msize: number;
  /** Worker threads; a connection stays on one. */
  readonly threads: number;
  /** Microseconds to look for more requests of a virtqueue before waiting; 0 for none. */
  readonly spin: number;
  readonly logLevel: LogLevel;
  /** Prints every message. */
  readonly trace: boolean;
}

/** Thrown for settings that make no sense; the message is for the user, who gets exit status 2. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
