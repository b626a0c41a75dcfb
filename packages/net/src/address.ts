import { Buffer } from "node:buffer";
import { isIP } from "node:net";

/** Where to listen or what to dial. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  /** A virtual machine's or the host's port; `cid` is VMADDR_CID_ANY for all of them (vsock(7)). */
  | { readonly kind: "vsock"; readonly cid: number; readonly port: number }
  /** A virtio-9p device for a VMM to plug in. `exportName` chooses an export for it; undefined for all. */
  | {
      readonly kind: "vhost-user";
      readonly path: string;
      readonly tag: string;
      readonly exportName: string | undefined;
    }
  | { readonly kind: "fd"; readonly fd: number }
  | { readonly kind: "stdio" };

/** The port of 9P over TCP when none is given (IANA has 564 for it, which only root may take). */
export const DEFAULT_PORT = 5640;

/** Every CID: what a listener takes unless it is told one (VMADDR_CID_ANY in linux/vm_sockets.h). */
export const ANY_CID = 0xffffffff;

/** Longest mount tag that QEMU and Linux share (MAX_TAG_LEN in QEMU's hw/9pfs/9p.h). */
const MAX_TAG_BYTES = 32;

/** What an address looks like. */
const FORMS = "tcp://HOST:PORT, unix:PATH, vhost-user:PATH,tag=TAG, vsock:CID:PORT, fd:N or stdio:";

/** Thrown for an address that cannot be understood; the message says what one looks like. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/**
 * Reads `tcp://HOST[:PORT]`, `unix:PATH`, `vhost-user:PATH,tag=TAG[,export=NAME]`,
 * `vsock:CID:PORT` (CID `any` for all), `fd:N` or `stdio:`.
 * @throws AddressError
 */
export function parseAddress(text: string): Address {
  const [, scheme, rest = ""] = /^([a-z-]+):(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case "tcp":
      return parseTcp(text, rest);
    case "unix": {
      const path = rest.replace(/^\/\//, "");
      if (path === "") throw new AddressError(`${text} has no path; write unix:/run/ninepd.sock`);
      return { kind: "unix", path };
    }
    case "vhost-user":
      return parseVhostUser(text, rest);
    case "vsock":
      return parseVsock(text, rest);
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
      throw new AddressError(`${text} is no address; write ${FORMS}`);
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

function parseVhostUser(text: string, rest: string): Address {
  const example = "write vhost-user:/run/store.sock,tag=store or vhost-user:PATH,tag=TAG,export=NAME";
  const [, path, tag, exportName] =
    /^(?:\/\/)?([^,]+)(?:,tag=([^,]+))?(?:,export=([^,]+))?$/s.exec(rest) ?? [];
  if (path === undefined) throw new AddressError(`${text} is no vhost-user address; ${example}`);
  if (tag === undefined) throw new AddressError(`${text} has no mount tag; ${example}`);
  if (Buffer.byteLength(tag) > MAX_TAG_BYTES)
    throw new AddressError(`${text}: a mount tag has at most ${MAX_TAG_BYTES} bytes`);
  return { kind: "vhost-user", path, tag, exportName };
}

function parseVsock(text: string, rest: string): Address {
  const [, cid, port] = /^(?:\/\/)?(any|\d{1,10}):(\d{1,10})$/.exec(rest) ?? [];
  const numbers = { cid: cid === "any" ? ANY_CID : Number(cid), port: Number(port) };
  if (cid === undefined || numbers.cid > 0xffffffff || numbers.port > 0xfffffffe)
    throw new AddressError(
      `${text} is no vsock address; write vsock:any:${DEFAULT_PORT} or vsock:2:${DEFAULT_PORT}`,
    );
  return { kind: "vsock", ...numbers };
}

/** The address as text, as {@link parseAddress} reads it. */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case "tcp":
      return `tcp://${isIP(address.host) === 6 ? `[${address.host}]` : address.host}:${address.port}`;
    case "unix":
      return `unix:${address.path}`;
    case "vsock":
      return `vsock:${address.cid === ANY_CID ? "any" : address.cid}:${address.port}`;
    case "vhost-user": {
      const { path, tag, exportName } = address;
      return `vhost-user:${path},tag=${tag}${exportName === undefined ? "" : `,export=${exportName}`}`;
    }
    case "fd":
      return `fd:${address.fd}`;
    case "stdio":
      return "stdio:";
  }
}
