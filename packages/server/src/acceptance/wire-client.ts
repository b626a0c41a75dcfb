import {
  HEADER_SIZE,
  NOTAG,
  Reader,
  Rerror,
  Rlerror,
  VERSION_9P2000_L,
  Writer,
  errno,
  errnoName,
  messageOfType,
  readHeader,
  type Dialect,
  type Message,
} from "@ninep/wire";
import { exchanges, type ReplyBody, type RequestBody, type RequestName } from "./exchanges.js";

/** Whatever answers messages, such as a Session. */
export interface Served {
  handle(frame: Uint8Array, reply: Uint8Array): number | Promise<number>;
}

/** Thrown for Rlerror and Rerror. */
export class ErrorReply extends Error {
  override readonly name = "ErrorReply";
  /** Linux's number; 0 in plain 9P2000, which has text only. */
  readonly errno: number;
  /** The text of Rerror; "" in 9P2000.L, which has numbers only. */
  readonly ename: string;

  constructor(request: string, number: number, ename: string) {
    super(`${request} fails with ${ename || errnoName(number)}`);
    this.errno = number;
    this.ename = ename;
  }
}

/**
 * Speaks to a session in messages, without a transport between. It is as rude
 * as a transport may be: requests lie at odd addresses and are overwritten once
 * the session has returned, replies start out as rubbish.
 */
export class WireClient {
  readonly served: Served;
  /** Bytes of the largest message. */
  readonly msize: number;
  readonly #reader = new Reader();
  readonly #writer = new Writer();
  readonly #request: Uint8Array;
  readonly #replies: Uint8Array[] = [];
  #tag = 0;

  constructor(served: Served, msize = 65536) {
    this.served = served;
    this.msize = msize;
    this.#request = new Uint8Array(msize + 1);
  }

  /** Starts a session: the first request that a server takes. */
  async version(dialect: Dialect = VERSION_9P2000_L): Promise<ReplyBody<"Tversion">> {
    const reply = await this.rpc("Tversion", { msize: this.msize, version: dialect }, NOTAG);
    this.#reader.dialect = dialect;
    this.#writer.dialect = dialect;
    return reply;
  }

  /** Sends a request and returns the fields of its reply. Throws {@link ErrorReply}. */
  async rpc<N extends RequestName>(name: N, body: RequestBody<N>, tag?: number): Promise<ReplyBody<N>> {
    const used = tag ?? this.#nextTag();
    const request = exchanges[name][0] as unknown as Message<RequestBody<N>>;
    const size = request.encode(this.#writer.reset(this.#request, 1), used, body);
    const reply = this.#replies.pop() ?? new Uint8Array(this.msize);
    const length = await this.#exchange(this.#request.subarray(1, 1 + size), reply.fill(0xa5));
    try {
      return this.#decode(name, used, reply.subarray(0, length));
    } finally {
      this.#replies.push(reply);
    }
  }

  #exchange(frame: Uint8Array, reply: Uint8Array): number | Promise<number> {
    const result = this.served.handle(frame, reply);
    frame.fill(0x5a);
    return result;
  }

  #decode<N extends RequestName>(name: N, tag: number, reply: Uint8Array): ReplyBody<N> {
    if (reply.length === 0) throw new Error(`${name} gets no reply`);
    const header = readHeader(reply);
    if (header.size !== reply.length)
      throw new Error(`the reply to ${name} says ${header.size} bytes but has ${reply.length}`);
    if (header.tag !== tag) throw new Error(`the reply to ${name} has tag ${header.tag} in place of ${tag}`);
    const reader = this.#reader.reset(reply, HEADER_SIZE);
    if (header.type === Rlerror.type) throw new ErrorReply(name, Rlerror.decode(reader).errno, "");
    if (header.type === Rerror.type) {
      const error = Rerror.decode(reader);
      throw new ErrorReply(name, error.errno, error.ename);
    }
    const message = exchanges[name][1] as unknown as Message<ReplyBody<N>>;
    if (header.type !== message.type)
      throw new Error(`${name} is answered with ${messageOfType(header.type)?.name ?? header.type}`);
    const body = message.decode(reader);
    // The buffer of the reply is used again, so a payload is copied out of it.
    return "data" in body ? { ...body, data: body.data.slice() } : body;
  }

  #nextTag(): number {
    this.#tag = (this.#tag + 1) % NOTAG;
    return this.#tag;
  }
}

/** True for a reply with this error number. */
export function isErrorReply(error: unknown, ...names: readonly (keyof typeof errno)[]): boolean {
  return error instanceof ErrorReply && names.some((name) => errno[name] === error.errno);
}
