import { isIP } from "node:net";

/** Where a server listens. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

export const DEFAULT_ADDRESS = "tcp://127.0.0.1:5640";
const DEFAULT_PORT = 5640;

/** Thrown for an address that cannot be understood. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/**
 * Reads `tcp://HOST[:PORT]`, `HOST:PORT` or `unix:PATH`.
 * @throws AddressError
 */
export function parseAddress(text: string): Address {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
    if (path === "") throw new AddressError(`${text} has no path; write unix:/run/ninepd.sock`);
    return { kind: "unix", path };
  }
  const rest = text.startsWith("tcp://") ? text.slice("tcp://".length) : text;
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:/]+))(?::(\d{1,5}))?$/.exec(rest) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  const complete = port !== undefined || text.startsWith("tcp://");
  if (host === undefined || !complete || (bracketed !== undefined && isIP(bracketed) !== 6))
    throw new AddressError(`${text} is no address; write tcp://HOST:PORT or unix:PATH`);
  if (number < 1 || number > 65535) throw new AddressError(`${text}: a port is 1 to 65535`);
  return { kind: "tcp", host, port: number };
}

/** The address as text for people. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = isIP(address.host) === 6 ? `[${address.host}]` : address.host;
  return `tcp://${host}:${address.port}`;
}
