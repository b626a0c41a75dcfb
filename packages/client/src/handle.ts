/// <reference lib="esnext.disposable" />
import {
  GETATTR_BASIC,
  Rgetattr,
  Rsetattr,
  Rstatfs,
  Tgetattr,
  Tsetattr,
  Tstatfs,
  errno,
  type Body,
  type Qid,
} from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import type { Connection } from "./connection.js";
import { clunk } from "./fid.js";
import { NinepError } from "./ninep-error.js";
import { setAttrBody, type AttrChange } from "./set-attr.js";

/** What the server knows of a file (stat(2)); `valid` says which fields it filled in. */
export type Attr = Body<typeof Rgetattr>;
/** What the server knows of the file system that a file is on (statfs(2)). */
export type StatFs = Body<typeof Rstatfs>;

/**
 * A fid: a file of the server that this client holds on to, open or not. It must
 * be closed, or the server keeps it until the connection ends. `await using`
 * closes it.
 *
 * Methods reject with a NinepError that has the server's errno, and with EBADF
 * after {@link Handle.close}.
 */
export class Handle implements AsyncDisposable {
  readonly connection: Connection;
  /** Which file it is, as of the walk, open or create that made this handle. */
  readonly qid: Qid;
  #fid: number | undefined;

  constructor(connection: Connection, fid: number, qid: Qid) {
    this.connection = connection;
    this.qid = qid;
    this.#fid = fid;
  }

  /** Its number. Throws EBADF when the handle is closed or used up. */
  get fid(): number {
    if (this.#fid === undefined) throw new NinepError(errno.EBADF, "the file is closed");
    return this.#fid;
  }

  /** True after close, or when the fid has gone over to another handle. */
  get closed(): boolean {
    return this.#fid === undefined;
  }

  /** The fid goes over to another handle, or the server has dropped it. */
  protected release(): number {
    const fid = this.fid;
    this.#fid = undefined;
    return fid;
  }

  /**
   * Attributes (Tgetattr). `mask` is a bit set of GETATTR_…, by default what
   * stat(2) reports; the server may leave fields out: see `valid`.
   */
  async getattr(mask = GETATTR_BASIC, options?: RequestOptions): Promise<Attr> {
    return this.connection.request(Tgetattr, { fid: this.fid, mask }, Rgetattr, options);
  }

  /** Changes mode, owner, size or times (Tsetattr); what is left out stays. */
  async setattr(change: AttrChange, options?: RequestOptions): Promise<void> {
    const body = { fid: this.fid, ...setAttrBody(change) };
    await this.connection.request(Tsetattr, body, Rsetattr, options);
  }

  /** About the file system that the file is on (Tstatfs). */
  async statfs(options?: RequestOptions): Promise<StatFs> {
    return this.connection.request(Tstatfs, { fid: this.fid }, Rstatfs, options);
  }

  /**
   * Gives the fid back (Tclunk); nothing happens the second time. It rejects with
   * what the server had not reported yet; the fid is gone all the same.
   */
  async close(): Promise<void> {
    if (this.#fid !== undefined) await clunk(this.connection, this.release());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // When the connection is gone, so is the fid.
    if (!this.connection.error) await this.close();
  }
}
