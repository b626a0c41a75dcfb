import { createConnection, type Socket } from "node:net";
import type { ByteStream } from "@ninep/client";
import type { Address } from "./address.js";

/** Connects to a server. Rejects with the system's error, or with the signal's reason. */
export async function dial(address: Address, signal?: AbortSignal): Promise<ByteStream> {
  signal?.throwIfAborted();
  const socket =
    address.kind === "unix"
      ? createConnection({ path: address.path })
      : // Requests are small and wait for nobody: Nagle's algorithm would hold them back.
        createConnection({ host: address.host, port: address.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      socket.destroy(signal?.reason as Error);
    };
    signal?.addEventListener("abort", giveUp);
    const done = () => {
      signal?.removeEventListener("abort", giveUp);
      socket.off("error", fail);
    };
    const fail = (error: Error) => {
      done();
      reject(error);
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      done();
      resolve();
    });
  });
  return socketStream(socket);
}

/** A connected socket as a byte stream. */
export function socketStream(socket: Socket): ByteStream {
  let failure: Error | undefined;
  // From the start: an error that nobody listens to ends the process.
  socket.on("error", (error) => {
    failure = error;
  });
  return {
    start(events) {
      socket.on("data", (chunk: Buffer) => {
        events.data(chunk);
      });
      socket.on("drain", () => {
        events.drain();
      });
      socket.on("close", () => {
        events.close(failure);
      });
    },
    write: (bytes) => socket.write(bytes),
    close() {
      socket.destroySoon();
    },
  };
}
