// A server for the tests of SocketServer, in a process of its own: the loop blocks its thread.
// It echoes messages; the type byte says how. Usage: node echo-server.mjs ADDRESS OPTIONS-AS-JSON
import process from "node:process";
import { EventLoop } from "@ninep/linux";
import { SocketServer, listen, parseAddress } from "../../dist/index.js";

const [address, options = "{}"] = process.argv.slice(2);
const MSIZE = 65_536;
let closed = 0;

/** Types: 1 echoes, 2 echoes after 100 ms, 3 answers with 60,000 bytes of its tag, 4 says how many handlers were closed, 5 throws. */
class Echo {
  msize = MSIZE;
  #waiting = 0;
  get full() {
    return this.#waiting >= 4;
  }
  handle(frame, reply) {
    switch (frame[4]) {
      case 2: {
        const copy = frame.slice();
        this.#waiting++;
        return new Promise((resolve) => setTimeout(resolve, 100)).then(() => {
          this.#waiting--;
          reply.set(copy);
          return copy.length;
        });
      }
      case 3:
        reply.fill(frame[5], 4, 60_000);
        new DataView(reply.buffer, reply.byteOffset).setUint32(0, 60_000, true);
        return 60_000;
      case 4:
        reply.set([11, 0, 0, 0, 4, 0, 0, closed & 255, closed >> 8, 0, 0]);
        return 11;
      case 5:
        throw new Error("out of step");
      default:
        reply.set(frame);
        return frame.length;
    }
  }
  async close() {
    closed++;
  }
}

const loop = new EventLoop();
const server = new SocketServer(loop, {
  msize: MSIZE,
  createHandler: () => new Echo(),
  ...JSON.parse(options),
});
const listener = await listen(parseAddress(address));
if (listener.kind === "listening") server.addListener(listener.input);
else server.addConnection(listener.input, listener.output);
if (listener.address.kind !== "stdio") process.stdout.write("ready\n");
await loop.run();
listener.close();
