import { Worker } from "node:worker_threads";
import { signalEventfd } from "@ninep/linux";
import type { Listener } from "@ninep/net";
import type { Settings } from "./settings.js";
import { ORDER, type WorkerData, type WorkerReady } from "./worker-protocol.js";

/** The threads that serve: this one only watches over them. */
export class Workers {
  readonly #orders: Int32Array;
  readonly #wakeFds: number[] = [];
  readonly #ready: Promise<unknown>;
  readonly #ended: Promise<unknown>;

  constructor(settings: Settings, listeners: readonly Listener[]) {
    const order = new SharedArrayBuffer(4);
    this.#orders = new Int32Array(order);
    const inputs = listeners.map(({ address, kind, input, output }) => ({ address, kind, input, output }));
    const workers = Array.from({ length: settings.threads }, (_, index) => {
      const workerData: WorkerData = {
        settings,
        // Whoever is free accepts; a connection that is there already goes to the first.
        inputs: inputs.filter(({ kind }) => kind === "listening" || index === 0),
        order,
      };
      return new Worker(new URL("worker.js", import.meta.url), { workerData });
    });
    this.#ready = Promise.all(workers.map((worker) => this.#readyOf(worker)));
    this.#ended = Promise.all(workers.map(endOf));
  }

  /** Resolves when all serve; rejects when one cannot. */
  async ready(): Promise<void> {
    await Promise.race([this.#ready, this.#ended]);
  }

  /** Resolves when all have ended; rejects when one has crashed. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Takes no more requests, answers those under way. */
  drain(): void {
    this.#order(ORDER.drain);
  }

  /** Ends now. */
  abort(): void {
    this.#order(ORDER.abort);
  }

  #order(order: number): void {
    Atomics.store(this.#orders, 0, order);
    for (const fd of this.#wakeFds) signalEventfd(fd);
  }

  async #readyOf(worker: Worker): Promise<void> {
    const { wakeFd } = await new Promise<WorkerReady>((resolve) => worker.once("message", resolve));
    this.#wakeFds.push(wakeFd);
  }
}

function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => {
      resolve();
    });
  });
}
