import { isIP } from "node:net";

/** Where to listen or what to dial. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "fd"; readonly fd: number }
  | { readonly kind: "stdio" };

/** The port of 9P over TCP when none is given (IANA has 564 for it, which only root may take). */
export const DEFAULT_PORT = 5640;

/** Thrown for an address that cannot be understood; the message says what one looks like. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/**
 * Reads `tcp://HOST[:PORT]`, `unix:PATH`, `fd:N` or `stdio:`.
 * @throws AddressError
 */
export function parseAddress(text: string): Address {
  const [, scheme, rest = ""] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case "tcp":
      return parseTcp(text, rest);
    case "unix": {
      const path = rest.replace(/^\/\//, "");
      if (path === "") throw new AddressError(`${text} has no path; write unix:/run/ninepd.sock`);
      return { kind: "unix", path };
    }
    case "fd": {
      const fd = Number(rest);
      if (!/^\d+$/.test(rest) || fd > 0x7fffffff) {
        throw new AddressError(`${text} has no descriptor number; write fd:3`);
      }
      return { kind: "fd", fd };
    }
    case "stdio":
      if (rest !== "") throw new AddressError(`${text}: nothing may follow stdio:`);
      return { kind: "stdio" };
    default:
      throw new AddressError(`${text} is no address; write tcp://HOST:PORT, unix:PATH, fd:N or stdio:`);
  }
}

function parseTcp(text: string, rest: string): Address {
  const [, bracketed, plain, port] = /^\/\/(?:\[([^\]]*)\]|([^:/]*))(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || host === "" || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw new AddressError(
      `${text} is no TCP address; write tcp://127.0.0.1:${DEFAULT_PORT} or tcp://[::1]:${DEFAULT_PORT}`,
    );
  }
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (number > 65535) throw new AddressError(`${text}: a port is at most 65535`);
  return { kind: "tcp", host, port: number };
}

/** The address as text, as {@link parseAddress} reads it. */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case "tcp":
      return `tcp://${isIP(address.host) === 6 ? `[${address.host}]` : address.host}:${address.port}`;
    case "unix":
      return `unix:${address.path}`;
    case "fd":
      return `fd:${address.fd}`;
    case "stdio":
      return "stdio:";
  }
}
