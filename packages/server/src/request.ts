import type { Message, Writer } from "@ninep/wire";
import { READ_HEADER_SIZE } from "@ninep/wire";
import { Errno } from "./errno-error.js";

/** One request under way: its tag, and the buffer its reply is written into. */
export class Request {
  readonly tag: number;
  readonly reply: Uint8Array;
  readonly #writer: Writer;
  readonly #msize: number;

  constructor(tag: number, reply: Uint8Array, writer: Writer, msize: number) {
    this.tag = tag;
    this.reply = reply;
    this.#writer = writer;
    this.#msize = msize;
  }

  /**
   * Writes the reply and returns its size.
   * @throws Errno EMSGSIZE when it is larger than the client's msize.
   */
  send<B>(message: Message<B>, body: B): number {
    const size = message.encode(this.#writer.reset(this.reply), this.tag, body);
    if (size > this.#msize)
      throw new Errno("EMSGSIZE", `a reply of ${size} bytes does not fit into msize ${this.#msize}`);
    return size;
  }

  /**
   * Where the payload of Rread and Rreaddir goes: the reply itself, after its header.
   * @throws Errno EMSGSIZE when the client asks for more than its msize or buffer holds.
   */
  payload(count: number): Uint8Array {
    const end = READ_HEADER_SIZE + count;
    if (end > this.#msize || end > this.reply.length) {
      throw new Errno("EMSGSIZE", `a reply of ${count} bytes does not fit into msize ${this.#msize}`);
    }
    return this.reply.subarray(READ_HEADER_SIZE, end);
  }

  /** Completes an Rread or Rreaddir whose `count` bytes of payload are in place. */
  sendPayload(message: Message<{ readonly data: Uint8Array }>, count: number): number {
    const writer = this.#writer.reset(this.reply);
    const size = READ_HEADER_SIZE + count;
    writer.u32(size);
    writer.u8(message.type);
    writer.u16(this.tag);
    writer.u32(count);
    return size;
  }
}
