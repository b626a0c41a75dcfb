import { MemoryFs, type MemoryFsOptions } from "@ninep/memory-fs";
import { Session } from "@ninep/server";
import { serve, type SocketServer } from "./socket-server.js";

/** A tree in memory on a Unix socket. */
export async function serveMemory(
  options: MemoryFsOptions,
): Promise<SocketServer & { readonly fs: MemoryFs }> {
  const fs = new MemoryFs(options);
  const server = await serve(() => {
    const session = new Session({ backend: fs });
    return {
      answer(request, reply) {
        const room = new Uint8Array(session.msize);
        void Promise.resolve(session.handle(request, room)).then((size) => {
          if (size > 0) reply(room.subarray(0, size));
        });
      },
      end: () => void session.close(),
    };
  });
  return { ...server, fs };
}
