import { getSystemErrorMap } from "node:util";
import { errnoNames, lastErrno } from "./libc.js";

/**
 * A system call that failed. Failures are ordinary here (a lookup of a file
 * that is not there), so the error carries no stack; the message names the call.
 */
export class SystemError extends Error {
  override readonly name = "SystemError";
  /** Linux's number, positive. */
  readonly errno: number;
  /** Such as "ENOENT". */
  readonly code: string;
  /** The system call that failed. */
  readonly syscall: string;

  /** @param detail What it was called with, for the message. */
  constructor(number: number, syscall: string, detail?: string) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const code = errnoNames.get(number) ?? `errno ${number}`;
    const text = getSystemErrorMap().get(-number)?.[1] ?? "unknown error";
    super(`${syscall}: ${code}: ${text}${detail === undefined ? "" : `, ${JSON.stringify(detail)}`}`);
    Error.stackTraceLimit = limit;
    this.errno = number;
    this.code = code;
    this.syscall = syscall;
  }
}

/** Returns the result of a system call, or throws what errno says when it is negative. */
export function check(result: number, syscall: string, path?: PathArg): number {
  return result >= 0 ? result : fail(syscall, path);
}

function fail(syscall: string, path: PathArg | undefined): never {
  const number = lastErrno();
  throw new SystemError(number, syscall, path === undefined ? undefined : describe(path));
}

/**
 * A path for the kernel: text, sent as UTF-8, or bytes that end with a NUL, for
 * names that are not UTF-8.
 */
export type PathArg = string | Uint8Array;

/** Refuses text that the kernel would see cut short at a NUL. */
export function checkPath(path: PathArg, syscall: string): PathArg {
  const whole = typeof path === "string" ? !path.includes("\0") : path.indexOf(0) === path.length - 1;
  if (!whole) throw new SystemError(22, syscall, describe(path));
  return path;
}

function describe(path: PathArg): string {
  return typeof path === "string" ? path : Buffer.from(path.subarray(0, -1)).toString();
}
