/** When it shows itself first, and how often it changes then, in milliseconds. */
const PATIENCE = 1000;
const INTERVAL = 200;

/** One line on a terminal that says how far a copy is, once it takes longer than a second. */
export class Progress {
  files = 0;
  bytes = 0;
  readonly #write: (text: string) => void;
  readonly #begin = performance.now();
  readonly #timer: NodeJS.Timeout;
  #shown = false;

  /** @param write to the terminal; does nothing where there is none */
  constructor(write: (text: string) => void) {
    this.#write = write;
    this.#timer = setInterval(() => {
      this.#show();
    }, INTERVAL);
    this.#timer.unref();
  }

  /** Takes the line away, so that a message can be written. It comes back. */
  hide(): void {
    if (this.#shown) this.#write("\r\u001b[K");
    this.#shown = false;
  }

  /** Takes the line away for good. */
  end(): void {
    clearInterval(this.#timer);
    this.hide();
  }

  #show(): void {
    const seconds = (performance.now() - this.#begin) / 1000;
    if (seconds * 1000 < PATIENCE) return;
    const rate = formatBytes(this.bytes / seconds);
    this.#write(`\r${this.files} files, ${formatBytes(this.bytes)}, ${rate}/s\u001b[K`);
    this.#shown = true;
  }
}

/** 1234567 as "1.2 MB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(unit === 0 || value >= 99.95 ? 0 : 1)} ${units[unit]!}`;
}
