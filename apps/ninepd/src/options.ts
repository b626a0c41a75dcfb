import { LOG_LEVELS, SettingsError, type LogLevel } from "./settings.js";

/** What a user may set, on the command line or in a file; what is undefined is left to the default. */
export interface Options {
  readonly directory?: string | undefined;
  readonly listen?: readonly string[] | undefined;
  /** `NAME=DIR[,ro]`. */
  readonly exports?: readonly string[] | undefined;
  readonly readonly?: boolean | undefined;
  readonly maxFids?: number | undefined;
  readonly maxFds?: number | undefined;
  readonly msize?: number | undefined;
  readonly threads?: number | undefined;
  readonly spin?: number | undefined;
  readonly logLevel?: LogLevel | undefined;
  readonly trace?: boolean | undefined;
}

/** What a whole number may be, and what it is called. */
export interface NumberRange {
  readonly flag: string;
  readonly min: number;
  readonly max: number;
}

export const NUMBERS = {
  maxFids: { flag: "--max-fids", min: 16, max: 16_777_216 },
  maxFds: { flag: "--max-fds", min: 16, max: 1_048_576 },
  msize: { flag: "--msize", min: 4096, max: 16_777_216 },
  threads: { flag: "--threads", min: 1, max: 64 },
  spin: { flag: "--spin", min: 0, max: 1000 },
} as const satisfies Record<string, NumberRange>;

/** Reads a whole number, also with K or M for 1024 or 1024². @throws SettingsError */
export function parseNumber(text: string, { flag, min, max }: NumberRange): number {
  const [, digits, unit = ""] = /^(\d{1,9})([KMkm]?)$/.exec(text) ?? [];
  const factor = { "": 1, k: 1024, m: 1024 * 1024 }[unit.toLowerCase()]!;
  const number = digits === undefined ? NaN : Number(digits) * factor;
  if (!(number >= min && number <= max)) {
    throw new SettingsError(
      `${flag} takes a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`,
    );
  }
  return number;
}

/** @throws SettingsError */
export function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (!level)
    throw new SettingsError(`--log-level takes one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(text)}`);
  return level;
}
