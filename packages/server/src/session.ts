import { FidTableFullError, createFidTable, type FidTable } from "@ninep/fid-table";
import {
  HEADER_SIZE,
  Reader,
  Tread,
  Tversion,
  WireError,
  Writer,
  messageOfType,
  type Dialect,
} from "@ninep/wire";
import { isPromise } from "./awaitable.js";
import type { Awaitable, Backend, Node } from "./backend.js";
import { routes } from "./dispatch.js";
import { Errno } from "./errno-error.js";
import { isUnexpected } from "./error-reply.js";
import { Fid } from "./fid.js";
import { FrameGatherer } from "./frame-gatherer.js";
import type { Pieces } from "./pieces.js";
import { Request } from "./request.js";
import { ScatteredRequest } from "./scattered-request.js";

/** Room for any reply without a payload: one text of 64 KiB, or several names. */
const SCRATCH_SIZE = 72 * 1024;

/** The body of a Twrite whose data are elsewhere. */
const NO_DATA = new Uint8Array(0);

/** Fids released before other work gets a turn, when a session with many of them ends. */
const RELEASE_BATCH = 4096;

export interface SessionOptions {
  readonly backend: Backend;
  /** Largest msize granted, in bytes, from 256 up. Default 1 MiB, all that Linux asks for. */
  readonly msize?: number;
  /** Most fids at once; one more is refused with ENFILE. Default 4,194,304. */
  readonly maxFids?: number;
  /** Most requests under way at once before {@link Session.full} asks the transport to wait. Default 128. */
  readonly maxInFlight?: number;
  /** Most bytes of extended attributes held for fids at once; beyond it ENOBUFS. Default 4 MiB. */
  readonly maxXattrBytes?: number;
  /** Makes the fid table. Default: the one of \@ninep/fid-table that stays flat. */
  readonly fidTable?: (maxFids: number) => FidTable<Fid>;
  /** Sees every request, and every reply as it is about to leave. */
  readonly onMessage?: (message: Uint8Array, dialect: Dialect) => void;
  /** Told of errors that no client can cause: bugs. The client gets EIO. */
  readonly onError?: (error: unknown, during: string) => void;
}

/**
 * One client's session: negotiates the version, keeps tags and fids, and turns
 * each message into calls on the backend. It does not know what carries the
 * messages. Everything it holds is bounded by its options.
 */
export class Session {
  readonly backend: Backend;
  /** The largest msize this session grants. */
  readonly maxMsize: number;
  readonly #maxInFlight: number;
  readonly #maxXattrBytes: number;
  readonly #onMessage: SessionOptions["onMessage"];
  readonly #onError: SessionOptions["onError"];
  readonly #fids: FidTable<Fid>;
  readonly #reader = new Reader();
  readonly #writer = new Writer();
  readonly #gatherer = new FrameGatherer();
  /** Where replies are encoded that do not fit into one piece. */
  #scratch: Uint8Array | undefined;
  /** Requests that answer later, by tag. Each promise resolves when its reply has been encoded. */
  readonly #underWay = new Map<number, Promise<number>>();
  /** What {@link settle} began and nobody else waits for, such as files being closed. */
  readonly #settling = new Set<Promise<void>>();
  /** Fids that the current handler looked up: held while it is under way. */
  readonly #touched: Fid[] = [];
  #negotiated = false;
  #msize: number;
  #xattrBytes = 0;
  /** Counts restarts: what began before the last one answers nobody. */
  #epoch = 0;

  constructor(options: SessionOptions) {
    this.backend = options.backend;
    this.maxMsize = options.msize ?? 1024 * 1024;
    const maxFids = options.maxFids ?? 4 * 1024 * 1024;
    this.#maxInFlight = options.maxInFlight ?? 128;
    this.#maxXattrBytes = options.maxXattrBytes ?? 4 * 1024 * 1024;
    this.#onMessage = options.onMessage;
    this.#onError = options.onError;
    this.#fids = options.fidTable ? options.fidTable(maxFids) : createFidTable<Fid>({ maxFids });
    this.#msize = this.maxMsize;
  }

  /** The largest message either side may send, in bytes. */
  get msize(): number {
    return this.#msize;
  }

  /** The dialect in use; 9P2000.L before the client has said. */
  get dialect(): Dialect {
    return this.#reader.dialect;
  }

  /** How many fids the client holds. */
  get fidCount(): number {
    return this.#fids.size;
  }

  /** True while a transport should not hand over more requests: enough are under way. */
  get full(): boolean {
    return this.#underWay.size >= this.#maxInFlight;
  }

  /** True while no request is under way. */
  get idle(): boolean {
    return this.#underWay.size === 0;
  }

  /**
   * Serves one message. `frame` is the whole message and may be used again when
   * this returns; `reply` belongs to the session until the result is known.
   * Returns the size of the reply, 0 for none, or a promise of it when the
   * backend needs time: replies may then leave in another order.
   * @throws WireError when the frame's size field is not its size: the transport
   *   is out of step and should close the connection.
   */
  handle(frame: Uint8Array, reply: Uint8Array): number | Promise<number> {
    const length = frame.length;
    if (
      length < HEADER_SIZE ||
      (frame[0]! | (frame[1]! << 8) | (frame[2]! << 16) | (frame[3]! << 24)) >>> 0 !== length
    ) {
      throw new WireError(`a message of ${length} bytes with another size in its header`);
    }
    this.#onMessage?.(frame, this.dialect);
    return this.#serve(frame, new Request(tagOf(frame), reply, this.#writer, this.#msize));
  }

  /**
   * As {@link handle} for a message that lies in `message`, in pieces, and whose
   * reply goes into `reply`, such as a descriptor chain of a guest. What is
   * looked at is copied first: the client may change its memory at any time.
   * The data of Tread and Twrite are never copied on the way from or to a file
   * that has readVector and writeVector.
   * @throws WireError when the pieces do not hold one message of at most msize
   */
  handleScattered(message: Pieces, reply: Pieces): number | Promise<number> {
    const { frame, data } = this.#gatherer.gather(message, this.#msize, this.#onMessage !== undefined);
    this.#onMessage?.(frame, this.dialect);
    this.#scratch ??= new Uint8Array(SCRATCH_SIZE);
    const request = new ScatteredRequest(tagOf(frame), reply, this.#scratch, this.#writer, this.#msize);
    request.data = data;
    const result = this.#serve(frame, request);
    // Whoever answers later keeps it.
    if (typeof result !== "number" && request.reply === this.#scratch) this.#scratch = undefined;
    return result;
  }

  #serve(frame: Uint8Array, request: Request): number | Promise<number> {
    const type = frame[4]!;
    const { tag } = request;
    this.#touched.length = 0;
    let result: Awaitable<number>;
    try {
      if (this.#underWay.size > 0 && this.#underWay.has(tag))
        throw new Errno("EINVAL", `tag ${tag} is in use`);
      if (!this.#negotiated && type !== Tversion.type)
        throw new Errno("EPROTO", "a session begins with Tversion");
      const route = routes[type];
      if (!route) throw new Errno("EOPNOTSUPP", `message type ${type}`);
      const reader = this.#reader.reset(frame, HEADER_SIZE);
      // Without its data, a Twrite is made up as a Tread is.
      const body = request.data ? { ...Tread.decode(reader), data: NO_DATA } : route.message.decode(reader);
      result = route.handler(this, request, body);
    } catch (error) {
      result = this.#fail(request, type, error);
    }
    if (isPromise(result)) return this.#answerLater(result, request, type);
    if (this.#onMessage && result > 0) this.#onMessage(request.encoded(result), this.dialect);
    return result;
  }

  #answerLater(result: PromiseLike<number>, request: Request, type: number): Promise<number> {
    const { tag } = request;
    const held = this.#touched.map((fid) => fid.hold());
    // A Tversion has begun its own epoch by now.
    const epoch = this.#epoch;
    const answer = Promise.resolve(result)
      .catch((error: unknown) => this.#fail(request, type, error))
      .then((size) => {
        for (const letGo of held) this.settle(letGo);
        if (this.#underWay.get(tag) === answer) this.#underWay.delete(tag);
        if (this.#epoch !== epoch) return 0;
        if (this.#onMessage && size > 0) this.#onMessage(request.encoded(size), this.dialect);
        return size;
      });
    this.#underWay.set(tag, answer);
    return answer;
  }

  #fail(request: Request, type: number, error: unknown): number {
    if (isUnexpected(error)) this.#onError?.(error, messageOfType(type)?.name ?? `message type ${type}`);
    return request.fail(error);
  }

  /** Ends the session: waits for what is under way, then clunks every fid. */
  async close(): Promise<void> {
    await this.restart();
  }

  // What follows is for the handlers.

  /** The entry of a fid. @throws Errno EBADF for one that the client does not hold. */
  fid(number: number): Fid {
    const fid = this.#fids.get(number);
    if (!fid) throw new Errno("EBADF", `fid ${number} is not in use`);
    this.#touched.push(fid);
    return fid;
  }

  /** @throws Errno EBADF when the client holds this fid already. */
  checkNewFid(number: number): void {
    if (this.#fids.get(number)) throw new Errno("EBADF", `fid ${number} is in use`);
  }

  /**
   * Makes `number` a fid on `node`, which it takes over, also when it throws.
   * @throws Errno EBADF for a fid in use, ENFILE when there are too many, EINVAL for NOFID.
   */
  addFid(number: number, node: Node, uid: number): Fid {
    const fid = new Fid(node, uid);
    try {
      if (this.#fids.insert(number, fid)) return fid;
    } catch (error) {
      node.release();
      throw new Errno(error instanceof FidTableFullError ? "ENFILE" : "EINVAL", (error as Error).message);
    }
    node.release();
    throw new Errno("EBADF", `fid ${number} is in use`);
  }

  /** Takes a fid from the client; the caller clunks it. @throws Errno EBADF as {@link fid}. */
  takeFid(number: number): Fid {
    const fid = this.#fids.delete(number);
    if (!fid) throw new Errno("EBADF", `fid ${number} is not in use`);
    fid.gone = true;
    if (fid.xattr) this.releaseXattr(fid.xattr.value.length);
    return fid;
  }

  /** @throws Errno ENOBUFS when the client's attributes would take more than they may. */
  reserveXattr(bytes: number): void {
    if (this.#xattrBytes + bytes > this.#maxXattrBytes)
      throw new Errno("ENOBUFS", "too many extended attributes open");
    this.#xattrBytes += bytes;
  }

  releaseXattr(bytes: number): void {
    this.#xattrBytes -= bytes;
  }

  /** The request under way with this tag; undefined when there is none. */
  underWay(tag: number): Promise<number> | undefined {
    return this.#underWay.get(tag);
  }

  /** Settles what nobody waits for; its error is only reported. */
  settle(work: () => Awaitable<void>): void {
    try {
      const result = work();
      if (!isPromise(result)) return;
      const settled = Promise.resolve(result)
        .catch((error: unknown) => this.#onError?.(error, "closing a file"))
        .then(() => {
          this.#settling.delete(settled);
        });
      this.#settling.add(settled);
    } catch (error) {
      this.#onError?.(error, "closing a file");
    }
  }

  /** Uses a dialect and the smaller of both sides' msize from now on; returns that msize. */
  negotiate(dialect: Dialect, msize: number): number {
    this.#reader.dialect = dialect;
    this.#writer.dialect = dialect;
    this.#negotiated = true;
    this.#msize = Math.min(msize, this.maxMsize);
    return this.#msize;
  }

  /** Drops every fid and every request under way; at once when there is little of both. */
  restart(): Awaitable<void> {
    this.#epoch++;
    this.#negotiated = false;
    const waiting = [...this.#underWay.values()];
    const fids = this.#takeAllFids();
    this.#release(fids.splice(Math.max(0, fids.length - RELEASE_BATCH)));
    if (waiting.length === 0 && fids.length === 0 && this.#settling.size === 0) return;
    return this.#finishRestart(waiting, fids);
  }

  async #finishRestart(waiting: Promise<number>[], fids: Fid[]): Promise<void> {
    await Promise.all(waiting);
    // What was under way may have made more.
    for (const fid of this.#takeAllFids()) fids.push(fid);
    while (fids.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#release(fids.splice(Math.max(0, fids.length - RELEASE_BATCH)));
    }
    // Files are closed and their locks gone before the client or the transport goes on.
    while (this.#settling.size > 0) await Promise.all(this.#settling);
  }

  #takeAllFids(): Fid[] {
    const fids = [...this.#fids.values()];
    this.#fids.clear();
    this.#xattrBytes = 0;
    return fids;
  }

  #release(fids: Fid[]): void {
    for (const fid of fids) this.settle(() => fid.clunk());
  }
}

function tagOf(frame: Uint8Array): number {
  return frame[5]! | (frame[6]! << 8);
}
