import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { FdCache } from "@ninep/host-fs";
import { EventLoop } from "@ninep/linux";
import { SocketServer, type Address } from "@ninep/net";
import { Session, type Backend } from "@ninep/server";
import { VhostUserServer } from "@ninep/virtio";
import { describeMessage, type Dialect } from "@ninep/wire";
import { Exports } from "./exports.js";
import { openLog } from "./log.js";
import { VIRTIO_9P_MOUNT_TAG, chainHandler, deviceConfig } from "./virtio-9p.js";
import { ORDER, type WorkerData, type WorkerReady } from "./worker-protocol.js";

/** Requests of one connection that may wait for the disk at once. */
const MAX_IN_FLIGHT = 32;

const { settings, inputs, order } = workerData as WorkerData;
const log = openLog(settings.logLevel, "ninepd");
const exports = new Exports(settings.exports, new FdCache(Math.floor(settings.maxFds / settings.threads)));
let sessions = 0;

const loop = new EventLoop({ spin: settings.spin });
const sockets = new SocketServer(loop, {
  msize: settings.msize,
  createHandler: () => createSession(exports),
  onTrouble: (what) => {
    log.warn(what);
  },
});
const devices: VhostUserServer[] = [];
for (const { address, kind, input, output } of inputs) {
  if (address.kind === "vhost-user") serveDevice(address, input);
  else if (kind === "listening") sockets.addListener(input);
  else sockets.addConnection(input, output);
}

const orders = new Int32Array(order);
parentPort!.postMessage({ wakeFd: loop.wakeFd } satisfies WorkerReady);
await loop.run(() => {
  const current = Atomics.load(orders, 0);
  if (current === ORDER.serve) return;
  if (current === ORDER.drain) sockets.stop();
  else sockets.abort();
  for (const device of devices) device.stop();
});

/** Has each VMM that connects find a virtio-9p device with this mount tag. */
function serveDevice({ tag, exportName }: Address & { kind: "vhost-user" }, listener: number): void {
  const backend = exports.only(exportName);
  const server = new VhostUserServer(loop, {
    config: deviceConfig(tag),
    features: VIRTIO_9P_MOUNT_TAG,
    createHandler: () => chainHandler(createSession(backend)),
    onTrouble: (what) => {
      log.warn({ tag }, what);
    },
  });
  server.addListener(listener);
  devices.push(server);
}

function createSession(backend: Backend): Session {
  const number = ++sessions;
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
