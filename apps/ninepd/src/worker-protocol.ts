import type { Listener } from "@ninep/net";
import type { Settings } from "./settings.js";

/** What a worker thread is started with. */
export interface WorkerData {
  readonly settings: Settings;
  /** Sockets to accept from, and connections that are there already. */
  readonly inputs: readonly Pick<Listener, "address" | "kind" | "input" | "output">[];
  /** One Int32: one of {@link ORDER}. */
  readonly order: SharedArrayBuffer;
}

/** What the main thread wants of a worker; it writes to the worker's wakeFd after each change. */
export const ORDER = {
  serve: 0,
  /** Answer what is under way, then end. */
  drain: 1,
  /** End now. */
  abort: 2,
} as const;

/** What a worker tells once it is about to serve. */
export interface WorkerReady {
  readonly wakeFd: number;
}
