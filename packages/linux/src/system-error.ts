import { errnoName, errnoText } from "./errno.js";
import { type PathArg, describePath } from "./path.js";

/**
 * A system call that failed: the one error class of this package. Its fields
 * are those of Node's own system errors, but `errno` is positive, as in C.
 *
 * Failing is ordinary here (every lookup of a file that is not there), so an
 * error is cheap: its text is put together when someone reads it, and no stack
 * is captured unless {@link SystemError.stackTraceLimit} says so.
 */
export class SystemError extends Error {
  /** How many frames a new error captures: 0, unless changed for debugging. */
  static override stackTraceLimit = 0;

  /** Linux's number, positive (errno(3)). */
  readonly errno: number;
  /** The system call that failed, such as "openat". */
  readonly syscall: string;
  readonly #path: string | undefined;

  /** @param path What the call was about, when that was a path or name. */
  constructor(number: number, syscall: string, path?: PathArg) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = SystemError.stackTraceLimit;
    super();
    Error.stackTraceLimit = stackTraceLimit;
    this.errno = number;
    this.syscall = syscall;
    // Bytes are the caller's, who may write over them before anyone reads the message.
    this.#path = path === undefined || typeof path === "string" ? path : describePath(path);
  }

  static {
    SystemError.prototype.name = "SystemError";
  }

  /** The number's name, such as "ENOENT". */
  get code(): string {
    return errnoName(this.errno);
  }

  /** The path or name that the call was about, when there was one; fit to be shown. */
  get path(): string | undefined {
    return this.#path === undefined ? undefined : describePath(this.#path);
  }

  /** Such as "openat: ENOENT: no such file or directory, 'name'". */
  override get message(): string {
    const about = this.#path === undefined ? "" : `, '${describePath(this.#path)}'`;
    return `${this.syscall}: ${this.code}: ${errnoText(this.errno)}${about}`;
  }
}
