import { lookup } from "node:dns/promises";
import { lstatSync, rmSync, unlinkSync } from "node:fs";
import { isIP } from "node:net";
import type { SystemError } from "@ninep/linux";
import {
  AF_INET6,
  AF_UNIX,
  AF_VSOCK,
  bindAndListen,
  close,
  connect,
  ipAddress,
  isListening,
  portOf,
  setIpv6Only,
  setNonBlocking,
  setReuseAddress,
  socketName,
  streamSocket,
  unixAddress,
  vsockAddress,
} from "@ninep/linux";
import { formatAddress, type Address } from "./address.js";

/** Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn. */
const BACKLOG = 4096;

/** A place where clients arrive. */
export interface Listener {
  /** Where it really is: with the port that was chosen when 0 was asked for. */
  readonly address: Address;
  /** A listening socket, or a connection that is there already. */
  readonly kind: "listening" | "connected";
  /** What to read from, or to accept from. */
  readonly input: number;
  /** What to write to; the same as `input` but for stdio. */
  readonly output: number;
  /** Stops listening, and removes the socket file. Connections go on. */
  close(): void;
}

/** Thrown when an address cannot be listened on; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/**
 * Listens on an address.
 * @throws ListenError
 */
export async function listen(address: Address): Promise<Listener> {
  try {
    switch (address.kind) {
      case "tcp":
        return await listenTcp(address.host, address.port);
      case "unix":
      case "vhost-user":
        return listenUnix(address, address.path);
      case "vsock":
        return listener(address, listeningSocket(AF_VSOCK, vsockAddress(address.cid, address.port)));
      case "fd":
        return adoptDescriptor(address);
      case "stdio":
        setNonBlocking(0);
        setNonBlocking(1);
        return { address, kind: "connected", input: 0, output: 1, close: () => undefined };
    }
  } catch (error) {
    if (error instanceof ListenError) throw error;
    throw new ListenError(`cannot listen on ${formatAddress(address)}: ${explain(error)}`);
  }
}

async function listenTcp(host: string, port: number): Promise<Listener> {
  const numeric = isIP(host) ? host : (await lookup(host)).address;
  const { family, address } = ipAddress(numeric, port);
  const fd = listeningSocket(family, address, (socket) => {
    setReuseAddress(socket);
    if (family === AF_INET6) setIpv6Only(socket);
  });
  return listener({ kind: "tcp", host, port: portOf(socketName(fd)) }, fd);
}

function listenUnix(address: Address, path: string): Listener {
  const socketAddress = unixAddress(path);
  removeStale(path, socketAddress);
  return listener(address, listeningSocket(AF_UNIX, socketAddress), () => {
    // Somebody may have removed it already.
    rmSync(path, { force: true });
  });
}

function listeningSocket(family: number, address: Uint8Array, prepare?: (fd: number) => void): number {
  const fd = streamSocket(family);
  try {
    prepare?.(fd);
    bindAndListen(fd, address, BACKLOG);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

function listener(address: Address, fd: number, onClose?: () => void): Listener {
  return {
    address,
    kind: "listening",
    input: fd,
    output: fd,
    close() {
      close(fd);
      onClose?.();
    },
  };
}

/** Removes the socket file of a server that is gone; one that answers is left alone. */
function removeStale(path: string, address: Uint8Array): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket())
    throw new ListenError(`cannot listen on unix:${path}: there is a file that is no socket`);
  const fd = streamSocket(AF_UNIX);
  try {
    connect(fd, address);
  } catch (error) {
    if ((error as SystemError).code !== "ECONNREFUSED") throw inUse(path);
    unlinkSync(path);
    return;
  } finally {
    close(fd);
  }
  throw inUse(path);
}

function inUse(path: string): ListenError {
  return new ListenError(
    `cannot listen on unix:${path}: another server answers there; stop it or choose another path`,
  );
}

/** A descriptor of who started us: a listening socket (systemd's socket activation) or one connection. */
function adoptDescriptor(address: Address & { kind: "fd" }): Listener {
  const { fd } = address;
  const kind = isListening(fd) ? "listening" : "connected";
  setNonBlocking(fd);
  return {
    address,
    kind,
    input: fd,
    output: fd,
    close: () => {
      close(fd);
    },
  };
}

function explain(error: unknown): string {
  const { code, message } = error as SystemError;
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use; stop the other server or choose another port";
    case "EACCES":
      return "permission denied; ports below 1024 and other users' directories need root";
    case "EADDRNOTAVAIL":
      return "this machine has no such address";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name is not known";
    case "EAFNOSUPPORT":
      return "this kernel has no such sockets; for vsock load the module vsock";
    case "EBADF":
      return "there is no such descriptor";
    case "ENOTSOCK":
      return "the descriptor is no socket";
    default:
      return message;
  }
}
