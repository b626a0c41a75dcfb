import { errnoName, errnoText } from "./errno.js";
import { type PathArg, describePath } from "./path.js";

/**
 * A system call that failed: the one error class of this package. Its fields
 * are those of Node's own system errors, but `errno` is positive, as in C.
 *
 * Failing is ordinary here (every lookup of a file that is not there), and a
 * stack costs seven times the rest of an error, so none is captured unless
 * {@link SystemError.stackTraceLimit} says so. The message names the call.
 */
export class SystemError extends Error {
  /** How many frames a new error captures: 0, unless changed for debugging. */
  static override stackTraceLimit = 0;

  override readonly name = "SystemError";
  /** Linux's number, positive (errno(3)). */
  readonly errno: number;
  /** Its name, such as "ENOENT". */
  readonly code: string;
  /** The system call that failed, such as "openat". */
  readonly syscall: string;
  /** The path or name that the call was about, when there was one. */
  readonly path: string | undefined;

  constructor(number: number, syscall: string, path?: PathArg) {
    const code = errnoName(number);
    const shown = path === undefined ? undefined : describePath(path);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = SystemError.stackTraceLimit;
    super(`${syscall}: ${code}: ${errnoText(number)}${shown === undefined ? "" : `, '${shown}'`}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.errno = number;
    this.code = code;
    this.syscall = syscall;
    this.path = shown;
  }
}
