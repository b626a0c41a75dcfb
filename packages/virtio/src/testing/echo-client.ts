import { drainEventfd } from "@ninep/linux";
import type { FrontEnd } from "../driver/front-end.js";
import type { Block } from "../driver/shared-memory.js";

export const [ECHO, LATER, THROW, CLOSED] = [1, 2, 3, 4];

/** Sends requests to the echo device, one at a time a queue. */
export class EchoClient {
  readonly frontEnd: FrontEnd;
  readonly #request: Block;
  readonly #reply: Block;

  constructor(frontEnd: FrontEnd, size = 4096) {
    this.frontEnd = frontEnd;
    this.#request = frontEnd.memory.allocate(size);
    this.#reply = frontEnd.memory.allocate(size);
  }

  /** The reply to `bytes`, which lie in pieces of `piece` bytes. */
  async ask(bytes: Uint8Array, queue = 0, piece = bytes.length): Promise<Uint8Array> {
    this.#request.bytes.set(bytes);
    const cut = ({ address }: Block) =>
      Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) => ({
        address: address + i * piece,
        length: Math.min(piece, bytes.length - i * piece),
      }));
    this.frontEnd.queues[queue]!.ring.add(cut(this.#request), cut(this.#reply));
    const written = await this.completion(queue);
    return this.#reply.bytes.slice(0, written);
  }

  /** Kicks and waits until a chain comes back. @throws Error when the device goes, or takes more than five seconds */
  async completion(queue = 0): Promise<number> {
    const { ring, callFd } = this.frontEnd.queues[queue]!;
    this.frontEnd.kick(queue);
    for (let i = 0; i < 500; i++) {
      const done = ring.reap();
      if (done) return done.written;
      if (ring.wantInterrupts()) continue;
      await this.frontEnd.epoll.waitLater(10);
      drainEventfd(callFd);
      if (this.frontEnd.lost) throw new Error("the device has dropped us");
    }
    throw new Error("no answer");
  }
}
