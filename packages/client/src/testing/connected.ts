import { Rclunk, Tclunk } from "@ninep/wire";
import type { ConnectionOptions } from "../connection-options.js";
import { Connection } from "../connection.js";
import { StreamChannel } from "../stream-channel.js";
import { FakeServer } from "./fake-server.js";

export async function connect(server: FakeServer, options?: ConnectionOptions): Promise<Connection> {
  return Connection.open(new StreamChannel(server.stream), options);
}

export async function connected(
  options?: ConnectionOptions,
): Promise<{ server: FakeServer; connection: Connection }> {
  const server = new FakeServer();
  return { server, connection: await connect(server, options) };
}

/** A request to tell from others by its fid. */
export async function clunk(connection: Connection, fid: number, signal?: AbortSignal): Promise<number> {
  return connection.requestTaking(Tclunk, { fid }, Rclunk, () => fid, { signal });
}
