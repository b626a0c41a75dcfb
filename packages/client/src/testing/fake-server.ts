import {
  Framer,
  HEADER_SIZE,
  Reader,
  Rlerror,
  Rversion,
  VERSION_9P2000_L,
  Writer,
  messageOfType,
  readHeader,
  type Message,
} from "@ninep/wire";
import type { ByteStream, ByteStreamEvents } from "../byte-stream.js";

/** A request as the fake server got it. */
export interface Received {
  readonly name: string;
  readonly tag: number;
  readonly body: Record<string, unknown>;
}

/** The bytes of a message. */
export function encode<B extends object>(message: Message<B>, tag: number, body: B): Uint8Array {
  const bytes = new Uint8Array(2 * 1024 * 1024);
  return bytes.slice(0, message.encode(new Writer().reset(bytes), tag, body));
}

/** The bytes that a string of hex digits and spaces stands for. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s/g, "").match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** Runs until all promises that can go on have done so. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** The other end of a byte stream: it keeps what the client sent and answers as the test says. */
export class FakeServer {
  /** Each write of the client. */
  readonly writes: Uint8Array[] = [];
  readonly requests: Received[] = [];
  /** What the stream's write returns. */
  room = true;
  closedByClient = false;
  #events: ByteStreamEvents | undefined;
  readonly #framer = new Framer({ maxSize: 4 * 1024 * 1024 });
  #onRequest: ((request: Received) => void) | undefined;

  /** @param onRequest answers; without it, only Tversion is answered */
  constructor(onRequest?: (request: Received) => void) {
    this.#onRequest = onRequest;
  }

  readonly stream: ByteStream = {
    start: (events) => {
      this.#events = events;
    },
    write: (bytes) => {
      this.writes.push(bytes.slice());
      this.#framer.push(bytes);
      for (let frame = this.#framer.next(); frame; frame = this.#framer.next()) {
        const { type, tag } = readHeader(frame);
        const message = messageOfType(type)!;
        const body = message.decode(new Reader().reset(frame.slice(), HEADER_SIZE));
        const request = { name: message.name, tag, body: body as Record<string, unknown> };
        if (request.name === "Tversion" && !this.#onRequest) {
          this.reply(request, Rversion, {
            msize: request.body["msize"] as number,
            version: VERSION_9P2000_L,
          });
          continue;
        }
        this.requests.push(request);
        this.#onRequest?.(request);
      }
      return this.room;
    },
    close: () => {
      this.closedByClient = true;
    },
  };

  /** Answers requests from now on. */
  answerWith(onRequest: (request: Received) => void): void {
    this.#onRequest = onRequest;
  }

  /** The last request, which must have this name. */
  last(name: string): Received {
    const request = this.requests.at(-1);
    if (request?.name !== name)
      throw new Error(`the last request is ${request?.name ?? "none"}, not ${name}`);
    return request;
  }

  reply<B extends object>(to: Pick<Received, "tag">, message: Message<B>, body: B): void {
    this.send(encode(message, to.tag, body));
  }

  refuse(to: Pick<Received, "tag">, errno: number): void {
    this.reply(to, Rlerror, { errno });
  }

  /** Sends bytes, in one chunk. They are overwritten afterwards, as a transport may do. */
  send(bytes: Uint8Array): void {
    const chunk = bytes.slice();
    this.#events!.data(chunk);
    chunk.fill(0xee);
  }

  drain(): void {
    this.room = true;
    this.#events!.drain();
  }

  hangUp(error?: Error): void {
    this.#events!.close(error);
  }
}
