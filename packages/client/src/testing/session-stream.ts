import { MemoryFs, type MemoryFsOptions } from "@ninep/memory-fs";
import { Session } from "@ninep/server";
import { Framer, Tflush, readHeader } from "@ninep/wire";
import type { ByteStream, ByteStreamEvents } from "../byte-stream.js";

const MSIZE = 1024 * 1024;

/** A server of a tree in memory, at the other end of a byte stream. */
export class MemoryServer {
  readonly fs: MemoryFs;
  readonly session: Session;
  /** Most requests that were under way at once. */
  mostInFlight = 0;
  #inFlight = 0;
  readonly #framer = new Framer({ maxSize: MSIZE });
  #events: ByteStreamEvents | undefined;
  readonly #replies: Uint8Array[] = [];
  readonly #pick: (waiting: number) => number;

  /** @param pick says which of the replies that wait leaves next, so that they overtake each other */
  constructor(options: MemoryFsOptions = {}, pick: (waiting: number) => number = () => 0) {
    this.fs = new MemoryFs(options);
    this.session = new Session({ backend: this.fs, msize: MSIZE });
    this.#pick = pick;
  }

  readonly stream: ByteStream = {
    start: (events) => {
      this.#events = events;
    },
    write: (bytes) => {
      this.#framer.push(bytes);
      for (let frame = this.#framer.next(); frame; frame = this.#framer.next())
        void this.#serve(frame.slice());
      return true;
    },
    close: () => {
      void this.session.close();
    },
  };

  async #serve(request: Uint8Array): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    const reply = new Uint8Array(MSIZE);
    const size = await this.session.handle(request, reply);
    const { type } = readHeader(request);
    if (size > 0) this.#replies.push(reply.subarray(0, size));
    // Whatever the server did before it answers a Tflush, it says before that.
    if (type === Tflush.type) while (this.#replies.length > 0) this.#sendOne(0);
    else
      setTimeout(() => {
        this.#sendOne(this.#pick(this.#replies.length));
      }, 0);
  }

  #sendOne(index: number): void {
    const [reply] = this.#replies.splice(index, 1);
    if (!reply) return;
    this.#inFlight--;
    this.#events!.data(reply);
  }
}
