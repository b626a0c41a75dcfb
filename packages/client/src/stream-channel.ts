import { Framer, HEADER_SIZE } from "@ninep/wire";
import type { ByteStream } from "./byte-stream.js";
import type { FrameChannel, FrameChannelEvents } from "./frame-channel.js";

/** Messages are gathered up to this many bytes before they are written. */
const BATCH_SIZE = 64 * 1024;
/** How often a write is put off because more messages were still being made. */
const MAX_DELAYS = 8;

/**
 * Messages over a byte stream. Those committed in one turn of the event loop
 * leave in one write, since a system call costs more than a message.
 */
export class StreamChannel implements FrameChannel {
  readonly #stream: ByteStream;
  readonly #framer = new Framer({ maxSize: HEADER_SIZE });
  #events: FrameChannelEvents | undefined;
  #batch: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #scheduled = false;
  #full = false;
  #closed = false;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  setMaxSize(bytes: number): void {
    this.#framer.maxSize = bytes;
  }

  get writable(): boolean {
    return !this.#full;
  }

  start(events: FrameChannelEvents): void {
    this.#events = events;
    this.#stream.start({
      data: (chunk) => {
        this.#receive(chunk);
      },
      drain: () => {
        this.#full = false;
        events.writable();
      },
      close: (error) => {
        this.#finish(error);
      },
    });
  }

  reserve(size: number): Uint8Array {
    if (this.#batch.length - this.#end < size) {
      this.#flush();
      this.#batch = new Uint8Array(Math.max(BATCH_SIZE, size));
      this.#start = this.#end = 0;
    }
    return this.#batch.subarray(this.#end, this.#end + size);
  }

  commit(size: number): void {
    this.#end += size;
    if (this.#end - this.#start >= BATCH_SIZE) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      this.#flushSoon(MAX_DELAYS);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#stream.close();
    this.#finish();
  }

  /** One reply wakes a chain of promises; wait while each microtask still adds messages. */
  #flushSoon(delays: number): void {
    const before = this.#end;
    queueMicrotask(() => {
      if (this.#end !== before && delays > 0) {
        this.#flushSoon(delays - 1);
        return;
      }
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#start === this.#end || this.#closed) return;
    const bytes = this.#batch.subarray(this.#start, this.#end);
    this.#start = this.#end;
    if (!this.#stream.write(bytes)) this.#full = true;
  }

  #receive(chunk: Uint8Array): void {
    try {
      this.#framer.push(chunk);
      while (!this.#closed) {
        const frame = this.#framer.next();
        if (!frame) return;
        this.#events?.frame(frame);
      }
    } catch (error) {
      this.#stream.close();
      this.#finish(error as Error);
    }
  }

  #finish(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events?.closed(error);
  }
}
