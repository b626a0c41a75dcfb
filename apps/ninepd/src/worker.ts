import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { FdCache } from "@ninep/host-fs";
import { EventLoop } from "@ninep/linux";
import { SocketServer } from "@ninep/net";
import { Session } from "@ninep/server";
import { describeMessage, type Dialect } from "@ninep/wire";
import { Exports } from "./exports.js";
import { openLog } from "./log.js";
import { ORDER, type WorkerData, type WorkerReady } from "./worker-protocol.js";

/** Requests of one connection that may wait for the disk at once. */
const MAX_IN_FLIGHT = 32;

const { settings, inputs, order } = workerData as WorkerData;
const log = openLog(settings.logLevel, "ninepd");
const backend = new Exports(settings.exports, new FdCache(Math.floor(settings.maxFds / settings.threads)));
let sessions = 0;

const loop = new EventLoop();
const sockets = new SocketServer(loop, {
  msize: settings.msize,
  createHandler: () => createSession(++sessions),
  onTrouble: (what) => {
    log.warn(what);
  },
});
for (const { kind, input, output } of inputs) {
  if (kind === "listening") sockets.addListener(input);
  else sockets.addConnection(input, output);
}

const orders = new Int32Array(order);
parentPort!.postMessage({ wakeFd: loop.wakeFd } satisfies WorkerReady);
await loop.run(() => {
  const current = Atomics.load(orders, 0);
  if (current === ORDER.drain) sockets.stop();
  else if (current === ORDER.abort) sockets.abort();
});

function createSession(number: number): Session {
  log.debug({ session: number }, "connected");
  return new Session({
    backend,
    msize: settings.msize,
    maxFids: settings.maxFids,
    maxInFlight: MAX_IN_FLIGHT,
    onError: (error, during) => {
      log.error({ err: error, session: number }, `internal error in ${during}`);
    },
    ...(settings.trace && {
      onMessage: (message: Uint8Array, dialect: Dialect) => {
        writeSync(2, `${number} ${describeMessage(message, dialect)}\n`);
      },
    }),
  });
}
