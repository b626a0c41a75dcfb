/**
 * The buffers that replies are written into and sent from. One serves all
 * requests that are answered at once; a request that answers later keeps its
 * own until then. Their number is bounded.
 */
export class ReplyBuffers {
  readonly #size: number;
  readonly #max: number;
  readonly #spare: Uint8Array[] = [];
  #out = 0;

  /** @param size Bytes of each: the largest reply. @param max Most of them at once. */
  constructor(size: number, max: number) {
    this.#size = size;
    this.#max = max;
  }

  /** True when every buffer is taken: take no more requests until one is back. */
  get exhausted(): boolean {
    return this.#out >= this.#max;
  }

  /** True while most are free: one may be kept for a client that is slow to take its reply. */
  get plenty(): boolean {
    return this.#out * 2 < this.#max;
  }

  take(): Uint8Array {
    this.#out++;
    return this.#spare.pop() ?? new Uint8Array(this.#size);
  }

  giveBack(buffer: Uint8Array): void {
    this.#out--;
    // A few are worth keeping; a burst's worth is not.
    if (this.#spare.length < 4) this.#spare.push(buffer);
  }
}
