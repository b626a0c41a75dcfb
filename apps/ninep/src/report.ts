import { NinepError } from "@ninep/client";
import { errno, errnoText, type ErrnoName } from "@ninep/wire";
import { printable } from "./printable.js";

/** Something that concerns one file and needs no errno. */
export class FileError extends Error {
  override readonly name = "FileError";
}

/** What went wrong, in the words of strerror(3) where there are some. */
export function reasonOf(error: unknown): string {
  if (error instanceof NinepError) return error.message.replace(/^T[a-z]+: /, "");
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return code !== undefined && Object.hasOwn(errno, code)
    ? errnoText(errno[code as ErrnoName])
    : error.message;
}

/** Says what went wrong with which file, and remembers that something did. */
export class Report {
  failed = false;
  readonly #command: string;
  readonly #write: (text: string) => void;

  constructor(command: string, write: (text: string) => void) {
    this.#command = command;
    this.#write = write;
  }

  /** `ninep: cat /x: No such file or directory`. */
  error(path: string, error: unknown): void {
    this.failed = true;
    this.#write(`${printable(`ninep: ${this.#command} ${path}: ${reasonOf(error)}`)}\n`);
  }
}
