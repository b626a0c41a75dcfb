import type { Message, Writer } from "@ninep/wire";
import { READ_HEADER_SIZE } from "@ninep/wire";
import { Errno } from "./errno-error.js";
import { encodeError } from "./error-reply.js";
import type { Pieces } from "./pieces.js";

/** One request under way: its tag, and the buffer its reply is written into. */
export class Request {
  readonly tag: number;
  readonly reply: Uint8Array;
  /** The data of a Twrite when it is not in the message but still where the client has it. */
  data: Pieces | undefined = undefined;
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
    this.checkRoom(size, size);
    return size;
  }

  /**
   * Where the payload of Rread and Rreaddir goes: the reply itself, after its header.
   * @throws Errno EMSGSIZE when the client asks for more than its msize or buffer holds.
   */
  payload(count: number): Uint8Array {
    const end = READ_HEADER_SIZE + count;
    this.checkRoom(end, this.reply.length);
    return this.reply.subarray(READ_HEADER_SIZE, end);
  }

  /** The same when it lies in several pieces; undefined when {@link payload} is all there is. */
  payloadPieces?(count: number): Pieces | undefined;

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

  /** Writes the reply to a request that failed and returns its size; 0 when there is not even room for that. */
  fail(error: unknown): number {
    return encodeError(this.#writer, this.reply, this.tag, error);
  }

  /** The first `size` bytes of the reply, for who traces. */
  encoded(size: number): Uint8Array {
    return this.reply.subarray(0, size);
  }

  /** @throws Errno EMSGSIZE when a reply of `size` bytes is more than msize or `room` */
  protected checkRoom(size: number, room: number): void {
    if (size > this.#msize || size > room) {
      throw new Errno("EMSGSIZE", `a reply of ${size} bytes does not fit into msize ${this.#msize}`);
    }
  }
}
