import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Framer } from "@ninep/wire";

/** Answers requests: called with each message, in order. */
export type Answer = (request: Uint8Array, reply: (bytes: Uint8Array) => void) => void;

/** A server on a Unix socket, and an empty directory to work in. */
export interface SocketServer {
  readonly address: string;
  readonly directory: string;
  close(): Promise<void>;
}

/** @param session makes what answers a connection, and what is to be done when that ends */
export async function serve(session: () => { answer: Answer; end?: () => void }): Promise<SocketServer> {
  const directory = await mkdtemp(join(tmpdir(), "ninep-test-"));
  const path = join(directory, "socket");
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const { answer, end } = session();
    const framer = new Framer({ maxSize: 1024 * 1024 });
    socket.on("data", (chunk) => {
      framer.push(chunk);
      for (let frame = framer.next(); frame; frame = framer.next()) {
        answer(frame.slice(), (bytes) => {
          if (!socket.destroyed) socket.write(bytes);
        });
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      end?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    address: `unix:${path}`,
    directory,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
