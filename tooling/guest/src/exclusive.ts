import { createHash } from "node:crypto";
import { createConnection, createServer, type Socket } from "node:net";

/**
 * Runs `work` while no other process on this machine runs work of the same
 * `name`. The lock is an abstract Unix socket: the kernel frees it when its
 * holder dies, so nothing is ever stale.
 * @param onWait called once when another process holds the lock
 */
export async function exclusively<T>(name: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const address = `\0ninep-guest-${createHash("sha256").update(name).digest("hex").slice(0, 24)}`;
  let waited = false;
  let release = await tryListen(address);
  while (release === undefined) {
    if (!waited) onWait();
    waited = true;
    await untilReleased(address);
    release = await tryListen(address);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/** @returns how to let go, or undefined when another process holds the address. */
function tryListen(address: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    // Those who wait stay connected; that this end closes tells them to try again.
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on("error", () => undefined).on("close", () => waiting.delete(socket));
    });
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen({ path: address }, () => {
      resolve(() => {
        server.close();
        for (const socket of waiting) socket.destroy();
      });
    });
  });
}

function untilReleased(address: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: address });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve();
    });
    socket.resume();
  });
}
