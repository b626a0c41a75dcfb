import process from "node:process";
import { lastErrno } from "./libc.js";
import { SystemError } from "./system-error.js";

type Callback = (error: Error | null, result: number) => void;

/**
 * How many calls of one thread are in the libuv pool at once. More than the
 * pool has threads would gain nothing; koffi keeps memory for 8, and refuses
 * the 257th.
 */
const MAX_RUNNING = Math.min(Math.max(Number(process.env["UV_THREADPOOL_SIZE"]) || 0, 8), 256);

let running = 0;
const waiting: (() => void)[] = [];

/** What calls on their way use: koffi does not keep a buffer alive that it knows by address. */
const inUse = new Map<number, unknown>();
let nextCall = 0;

/**
 * Runs a call on the libuv pool.
 * @param start Starts `call.async(…, callback)`.
 * @param uses What must stay alive until the call is over.
 * @returns the result; rejects with a SystemError. koffi gives the callback the errno of its own call.
 */
export function inPool(syscall: string, uses: unknown, start: (callback: Callback) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const id = nextCall++;
    const finish = (): void => {
      inUse.delete(id);
      running--;
      waiting.shift()?.();
    };
    const run = (): void => {
      running++;
      try {
        start((error, result) => {
          if (error !== null) reject(error);
          else if (result < 0) reject(new SystemError(lastErrno(), syscall));
          else resolve(result);
          finish();
        });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        finish();
      }
    };
    inUse.set(id, uses);
    if (running < MAX_RUNNING) run();
    else waiting.push(run);
  });
}
