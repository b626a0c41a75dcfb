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
  /** -1 until it is sent. */
  tag: number;
  /** A Tflush for it is under way: its tag is not free before that is answered. */
  flushing: boolean;
  answered: boolean;
}

/**
 * Listens to the signals of requests, once to each: many requests share one, and
 * Node warns of a leak when a signal has more than ten listeners.
 */
export class AbortWatch {
  readonly #watched = new Map<
    AbortSignal,
    { readonly pending: Set<Pending>; readonly listener: () => void }
  >();
  readonly #onAbort: (pending: Pending) => void;

  constructor(onAbort: (pending: Pending) => void) {
    this.#onAbort = onAbort;
  }

  add(pending: Pending): void {
    const { signal } = pending;
    if (!signal) return;
    let watched = this.#watched.get(signal);
    if (!watched) {
      const all = new Set<Pending>();
      const listener = () => {
        this.#watched.delete(signal);
        for (const each of all) this.#onAbort(each);
      };
      watched = { pending: all, listener };
      this.#watched.set(signal, watched);
      signal.addEventListener("abort", listener, { once: true });
    }
    watched.pending.add(pending);
  }

  remove(pending: Pending): void {
    const { signal } = pending;
    const watched = signal && this.#watched.get(signal);
    if (!watched?.pending.delete(pending) || watched.pending.size > 0) return;
    this.#watched.delete(signal!);
    signal!.removeEventListener("abort", watched.listener);
  }
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
