/** Why a guest gave no exit code. */
export type GuestFailure =
  /** This machine cannot run guests, or not with these options. */
  | "unsupported"
  /** The Debian tree could not be prepared. */
  | "prepare"
  /** QEMU did not start or ended early. */
  | "qemu"
  /** The guest's kernel panicked or its init gave up. */
  | "crash"
  /** The guest ran for longer than it was allowed to. */
  | "timeout"
  /** The caller's signal fired. */
  | "aborted";

/** A guest that could not be run to its end; a script's own failure is an exit code instead. */
export class GuestError extends Error {
  override readonly name = "GuestError";
  readonly failure: GuestFailure;
  /** What the script had printed until then. */
  readonly output: string;

  constructor(failure: GuestFailure, message: string, output = "") {
    super(message);
    this.failure = failure;
    this.output = output;
  }
}
