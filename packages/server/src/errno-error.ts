import { errno, errnoText, type ErrnoName } from "@ninep/wire";

/** V8's own knob; other engines ignore it. */
const tracer = Error as { stackTraceLimit?: number | undefined };

/**
 * An error that reaches the client as the number of Linux `code` names.
 * Made often (every lookup of a missing file), so it carries no stack.
 */
export class Errno extends Error {
  override readonly name = "Errno";
  /** Such as "ENOENT". */
  readonly code: ErrnoName;
  /** Linux's number for it. */
  readonly errno: number;

  /** @param detail What was wrong, for the log; the client of 9P2000.L sees only the number. */
  constructor(code: ErrnoName, detail?: string) {
    const limit = tracer.stackTraceLimit;
    tracer.stackTraceLimit = 0;
    super(detail ? `${errnoText(errno[code])}: ${detail}` : errnoText(errno[code]));
    tracer.stackTraceLimit = limit;
    this.code = code;
    this.errno = errno[code];
  }
}
