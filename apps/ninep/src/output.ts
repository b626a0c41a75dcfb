import { line } from "./printable.js";

/** A stream to write to, such as process.stdout. */
export interface OutputStream {
  write(data: Uint8Array | string, done?: (error?: Error | null) => void): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean;
}

/** Thrown by writes when nobody reads any more, as behind `| head`. */
export class NobodyReads extends Error {
  override readonly name = "NobodyReads";
}

/** Stdout of a command: each write waits until the bytes are on their way. */
export class Output {
  readonly #stream: OutputStream;
  readonly #onGone: (error: Error) => void;
  readonly #isTerminal: boolean;

  /** @param onGone is told when writing has become pointless */
  constructor(stream: OutputStream, onGone: (error: Error) => void) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY === true;
    this.#onGone = (error) => {
      const code = (error as NodeJS.ErrnoException).code;
      onGone(code === "EPIPE" ? new NobodyReads("nobody reads the output", { cause: error }) : error);
    };
    // Without a listener, a stream's error ends the process.
    stream.on("error", this.#onGone);
  }

  readonly write = async (bytes: Uint8Array): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (!error) {
          resolve();
          return;
        }
        // It may come before the event.
        this.#onGone(error);
        reject(error);
      });
    });
  };

  readonly print = async (text: string): Promise<void> => {
    await this.write(line(text, this.#isTerminal));
  };
}
