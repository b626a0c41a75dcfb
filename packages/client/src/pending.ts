import type { Message } from "@ninep/wire";

/** A request from the call to its reply. */
export interface Pending {
  readonly message: Message<object>;
  readonly body: object;
  readonly reply: Message<object>;
  /** The most bytes that the reply takes. */
  readonly replySize: number;
  /** Called with the decoded reply while its bytes are valid. */
  readonly take: (body: object) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
  /** -1 until it is sent. */
  tag: number;
  /** A Tflush for it is under way: its tag is not free before that is answered. */
  flushing: boolean;
  answered: boolean;
}

/** Listens to the signal no longer. */
export function unlisten(pending: Pending): void {
  if (pending.onAbort) pending.signal?.removeEventListener("abort", pending.onAbort);
  pending.onAbort = undefined;
}

/** Requests that wait for their turn, first come first served. */
export class PendingQueue {
  #items: Pending[] = [];
  /** Index of the first that still waits. */
  #at = 0;

  get empty(): boolean {
    return this.#at === this.#items.length;
  }

  push(pending: Pending): void {
    this.#items.push(pending);
  }

  /** Takes the first one out. */
  shift(): Pending | undefined {
    if (this.empty) return undefined;
    const first = this.#items[this.#at++];
    if (this.#at * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#at);
      this.#at = 0;
    }
    return first;
  }

  remove(pending: Pending): void {
    const at = this.#items.indexOf(pending, this.#at);
    if (at >= 0) this.#items.splice(at, 1);
  }
}
