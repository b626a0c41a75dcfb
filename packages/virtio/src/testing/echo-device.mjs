// A device for tests, in a process of its own: its loop blocks the thread.
// It echoes what it reads; the first byte says how. Usage: node echo-device.mjs SOCKET SPIN
import process from "node:process";
import { AF_UNIX, EventLoop, bindAndListen, streamSocket, unixAddress } from "@ninep/linux";
import { VhostUserServer } from "../../dist/index.js";

const [socket, spin = "0"] = process.argv.slice(2);

/** 1 echoes, 2 echoes after 30 ms, 3 throws, 4 says how many handlers have been closed. */
class Echo {
  #waiting = 0;
  get full() {
    return this.#waiting >= 8;
  }
  handle(readable, writable) {
    const bytes = Uint8Array.from(readable.flatMap((piece) => [...piece]));
    if (bytes[0] === 3) throw new Error("out of step");
    if (bytes[0] === 4) return scatter(Uint8Array.of(closed), writable);
    if (bytes[0] !== 2) return scatter(bytes, writable);
    this.#waiting++;
    return new Promise((resolve) => setTimeout(resolve, 30)).then(() => {
      this.#waiting--;
      return scatter(bytes, writable);
    });
  }
  async close() {
    closed++;
  }
}

let closed = 0;

function scatter(bytes, pieces) {
  let at = 0;
  for (const piece of pieces) {
    const part = bytes.subarray(at, at + piece.length);
    piece.set(part);
    at += part.length;
  }
  return at;
}

const loop = new EventLoop({ spin: Number(spin) });
const server = new VhostUserServer(loop, {
  config: Uint8Array.of(3, 0, 97, 98, 99),
  features: 1n,
  queues: 4,
  createHandler: () => new Echo(),
  onTrouble: (what) => process.stdout.write(`trouble: ${what}\n`),
});
const listener = streamSocket(AF_UNIX);
bindAndListen(listener, unixAddress(socket), 16);
server.addListener(listener);
process.stdout.write("ready\n");
await loop.run();
