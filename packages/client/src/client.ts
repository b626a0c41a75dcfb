import { NOFID, NO_UNAME, Rattach, Tattach } from "@ninep/wire";
import type { ByteStream } from "./byte-stream.js";
import type { ConnectionOptions, RequestOptions } from "./connection-options.js";
import { Connection } from "./connection.js";
import { withNewFid } from "./fid.js";
import { File } from "./file.js";
import type { FrameChannel } from "./frame-channel.js";
import { StreamChannel } from "./stream-channel.js";

/** Who attaches to what. */
export interface AttachOptions extends RequestOptions {
  /** The tree wanted; "" is the server's default one. */
  readonly aname?: string;
  /** The user's name, "" by default. */
  readonly uname?: string;
  /** The user's number; none by default, so that `uname` counts. */
  readonly uid?: number;
}

/**
 * A 9P2000.L client. Use: connect, attach to a tree, walk from its root.
 */
export class Client {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /**
   * Agrees with the server at the other end of a byte stream, or of anything
   * that carries whole messages, on how to talk.
   * @throws ConnectionError when the server does not speak 9P2000.L or hangs up
   */
  static async connect(transport: ByteStream | FrameChannel, options?: ConnectionOptions): Promise<Client> {
    const channel = "reserve" in transport ? transport : new StreamChannel(transport);
    return new Client(await Connection.open(channel, options));
  }

  /** The root of a tree of the server. Throws ENOENT for a tree there is not, EACCES for a user who may not. */
  async attach(options: AttachOptions = {}): Promise<File> {
    const { aname = "", uname = "", uid = NO_UNAME, signal } = options;
    const { connection } = this;
    const request = async (fid: number) =>
      connection.request(Tattach, { fid, afid: NOFID, uname, aname, nUname: uid }, Rattach, { signal });
    const { fid, result } = await withNewFid(connection, request, signal);
    return new File(connection, fid, result.qid);
  }

  /** Closes the connection; the server drops every fid with it. */
  close(): void {
    this.connection.close();
  }
}
