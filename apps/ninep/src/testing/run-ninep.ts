import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { main, type ProcessLike } from "../main.js";

/** What a run of the program left. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Both streams are a terminal. */
  readonly isTTY?: boolean;
  /** Called with the process before the program begins. */
  readonly onStart?: (process: EventEmitter) => void;
  /** Stdout breaks with this after so many bytes. */
  readonly breakAfter?: { readonly bytes: number; readonly error: Error };
}

/** Runs the program in this process. Output is decoded as latin1, a character a byte. */
export async function runNinep(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { isTTY = false, breakAfter } = options;
  const sinks = [new Sink(breakAfter), new Sink()] as const;
  for (const sink of sinks) sink.isTTY = isTTY;
  const emitter = new EventEmitter();
  const process: ProcessLike = Object.assign(emitter, {
    env: options.env ?? {},
    stdout: sinks[0],
    stderr: sinks[1],
  });
  options.onStart?.(emitter);
  const status = await main(argv, process);
  return { status, stdout: sinks[0].text, stderr: sinks[1].text };
}

class Sink extends Writable {
  text = "";
  isTTY = false;
  readonly #breakAfter: RunOptions["breakAfter"];

  constructor(breakAfter?: RunOptions["breakAfter"]) {
    super();
    this.#breakAfter = breakAfter;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.#breakAfter && this.text.length >= this.#breakAfter.bytes) {
      done(this.#breakAfter.error);
      return;
    }
    this.text += chunk.toString("latin1");
    done();
  }
}
