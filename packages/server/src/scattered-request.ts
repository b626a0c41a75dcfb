import { READ_HEADER_SIZE, type Message, type Writer } from "@ninep/wire";
import { gather, lengthOf, scatter, slicePieces, type Pieces } from "./pieces.js";
import { Request } from "./request.js";

/** A first piece of this size holds any reply but those of Tread and Treaddir (Rreadlink of PATH_MAX). */
const ANY_REPLY = 8192;

/**
 * A request whose reply goes into several places. It is encoded straight into
 * the first one when that is large enough, else into `scratch` and copied.
 */
export class ScatteredRequest extends Request {
  readonly #pieces: Pieces;
  readonly #room: number;
  readonly #direct: boolean;
  /** The payload of a reply that could not be written in place. */
  #payload: Uint8Array | undefined;

  /** @param scratch The request's alone until it has been answered. */
  constructor(tag: number, pieces: Pieces, scratch: Uint8Array, writer: Writer, msize: number) {
    const room = lengthOf(pieces);
    const [first] = pieces;
    const direct = first !== undefined && (pieces.length === 1 || first.length >= ANY_REPLY);
    super(tag, direct ? first : scratch, writer, msize);
    this.#pieces = pieces;
    this.#room = room;
    this.#direct = direct;
  }

  override send<B>(message: Message<B>, body: B): number {
    return this.#place(super.send(message, body));
  }

  override payload(count: number): Uint8Array {
    const end = READ_HEADER_SIZE + count;
    this.checkRoom(end, this.#room);
    if (this.#direct && end <= this.reply.length) return super.payload(count);
    const [whole, ...others] = slicePieces(this.#pieces, READ_HEADER_SIZE, end);
    if (whole && others.length === 0) return whole;
    return (this.#payload = new Uint8Array(count));
  }

  override payloadPieces(count: number): Pieces | undefined {
    const end = READ_HEADER_SIZE + count;
    this.checkRoom(end, this.#room);
    const pieces = slicePieces(this.#pieces, READ_HEADER_SIZE, end);
    return pieces.length > 1 ? pieces : undefined;
  }

  override sendPayload(message: Message<{ readonly data: Uint8Array }>, count: number): number {
    const size = super.sendPayload(message, count);
    this.#place(READ_HEADER_SIZE);
    if (this.#payload) scatter(this.#payload.subarray(0, count), this.#pieces, READ_HEADER_SIZE);
    return size;
  }

  override fail(error: unknown): number {
    const size = super.fail(error);
    return size > this.#room ? 0 : this.#place(size);
  }

  override encoded(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    gather(this.#pieces, 0, bytes);
    return bytes;
  }

  /** Copies what was encoded to where it belongs. */
  #place(size: number): number {
    if (this.#direct) return size;
    this.checkRoom(size, this.#room);
    scatter(this.reply.subarray(0, size), this.#pieces, 0);
    return size;
  }
}
