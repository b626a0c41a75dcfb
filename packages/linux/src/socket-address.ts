import { isIPv4, isIPv6 } from "node:net";
import { AF_INET, AF_INET6, AF_UNIX, AF_VSOCK } from "./socket.js";

/** Most bytes of a Unix socket's path (sun_path without its NUL, unix(7)). */
const MAX_PATH = 107;

/**
 * A struct sockaddr_un for a path.
 * @throws RangeError when the path is longer than 107 bytes.
 */
export function unixAddress(path: string): Uint8Array {
  const bytes = new TextEncoder().encode(path);
  if (bytes.length === 0 || bytes.length > MAX_PATH) {
    throw new RangeError(`the path of a Unix socket has 1 to ${MAX_PATH} bytes; ${path} has ${bytes.length}`);
  }
  const address = new Uint8Array(2 + bytes.length + 1);
  address[0] = AF_UNIX;
  address.set(bytes, 2);
  return address;
}

/**
 * A struct sockaddr_in or sockaddr_in6 for a numeric address and port.
 * @throws RangeError for anything that is not one.
 */
export function ipAddress(host: string, port: number): { family: number; address: Uint8Array } {
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new RangeError(`${port} is not a port`);
  if (isIPv4(host)) {
    const address = new Uint8Array(16);
    address.set([AF_INET, 0, port >> 8, port & 255, ...host.split(".").map(Number)]);
    return { family: AF_INET, address };
  }
  if (isIPv6(host)) {
    const address = new Uint8Array(28);
    address.set([AF_INET6, 0, port >> 8, port & 255]);
    address.set(ipv6Bytes(host), 8);
    return { family: AF_INET6, address };
  }
  throw new RangeError(`${host} is not an IP address`);
}

/**
 * A struct sockaddr_vm (linux/vm_sockets.h): family[2] reserved[2] port[4] cid[4] flags[1] zero[3].
 * @throws RangeError for what does not fit into 32 bits.
 */
export function vsockAddress(cid: number, port: number): Uint8Array {
  for (const number of [cid, port])
    if (!Number.isInteger(number) || number < 0 || number > 0xffffffff)
      throw new RangeError(`${number} is neither a CID nor a port of vsock`);
  const address = new Uint8Array(16);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_VSOCK, true);
  view.setUint32(4, port, true);
  view.setUint32(8, cid, true);
  return address;
}

/** The port in a struct sockaddr_in or sockaddr_in6. */
export function portOf(address: Uint8Array): number {
  return (address[2]! << 8) | address[3]!;
}

function ipv6Bytes(host: string): number[] {
  // A URL's host is in its shortest hexadecimal form, also for ::ffff:1.2.3.4.
  const text = new URL(`http://[${host}]/`).hostname.slice(1, -1);
  const [left = "", right] = text.split("::");
  const before = left === "" ? [] : left.split(":");
  const after = right === undefined || right === "" ? [] : right.split(":");
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
}
