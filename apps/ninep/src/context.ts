import type { File } from "@ninep/client";
import type { Progress } from "./progress.js";
import type { Report } from "./report.js";

/** What a command works with. */
export interface Context {
  /** The root of the tree attached to. */
  readonly root: File;
  readonly report: Report;
  readonly progress: Progress;
  /** Aborted by Ctrl-C and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Writes to stdout; resolves when there is room for more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Writes a line of text to stdout, safe for a terminal if that is one. */
  readonly print: (text: string) => Promise<void>;
}

/** Files worked on at once. */
export const FILES_AT_ONCE = 32;

/** Runs `work` for a file and reports what goes wrong, unless everything is being given up. */
export async function tryFile(context: Context, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const gone = context.root.connection.error;
    if (context.signal.aborted || gone) throw error;
    context.report.error(path, error);
  }
}
