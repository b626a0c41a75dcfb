import { performance } from "node:perf_hooks";

/** Share of all time that may be spun in vain. */
const WASTE = 0.05;
/** Spins in vain that a busy time earns. */
const EARNED = 8;

/**
 * Says when spinning is worth it: always while it finds work; when it does not,
 * at most a twentieth of the time, and eight spins more when a busy time ends.
 */
export class SpinBudget {
  /** How long to spin, in microseconds. */
  readonly spin: number;
  /** Microseconds that may still be spun in vain. */
  #credit: number;
  #since = performance.now();

  /** @param spin In microseconds. */
  constructor(spin: number) {
    this.spin = spin;
    this.#credit = spin * EARNED;
  }

  /** Whether to spin now. */
  get worthIt(): boolean {
    const now = performance.now();
    this.#credit = Math.min(this.#credit + (now - this.#since) * 1000 * WASTE, this.spin * EARNED);
    this.#since = now;
    return this.#credit >= this.spin;
  }

  /** Spinning has found work. */
  found(): void {
    this.#credit = Math.min(this.#credit + this.spin, this.spin * EARNED);
  }

  /** Spinning has found nothing for so many microseconds. */
  missed(spent: number): void {
    this.#credit -= spent;
  }
}
