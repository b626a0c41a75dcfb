// The words of the vhost-user protocol (QEMU's docs/interop/vhost-user.rst).

/** Requests that the front end sends; the answer to one carries its number. */
export const REQUEST = {
  GET_FEATURES: 1,
  SET_FEATURES: 2,
  SET_OWNER: 3,
  RESET_OWNER: 4,
  SET_MEM_TABLE: 5,
  SET_VRING_NUM: 8,
  SET_VRING_ADDR: 9,
  SET_VRING_BASE: 10,
  GET_VRING_BASE: 11,
  SET_VRING_KICK: 12,
  SET_VRING_CALL: 13,
  SET_VRING_ERR: 14,
  GET_PROTOCOL_FEATURES: 15,
  SET_PROTOCOL_FEATURES: 16,
  GET_QUEUE_NUM: 17,
  SET_VRING_ENABLE: 18,
  GET_CONFIG: 24,
  SET_CONFIG: 25,
  RESET_DEVICE: 34,
  GET_MAX_MEM_SLOTS: 36,
  ADD_MEM_REG: 37,
  REM_MEM_REG: 38,
  SET_STATUS: 39,
  GET_STATUS: 40,
} as const;

const names = new Map<number, string>(Object.entries(REQUEST).map(([name, number]) => [number, name]));

/** The name of a request, for messages to people. */
export function requestName(request: number): string {
  return names.get(request) ?? `request ${request}`;
}

/** In the header's flags: the version in the low bits, then whether it is an answer or wants one. */
export const VERSION_MASK = 0x3;
export const VERSION = 0x1;
export const FLAG_REPLY = 0x4;
export const FLAG_NEED_REPLY = 0x8;

/** Bits of GET_PROTOCOL_FEATURES. */
export const PROTOCOL_F_MQ = 1n << 0n;
export const PROTOCOL_F_REPLY_ACK = 1n << 3n;
export const PROTOCOL_F_CONFIG = 1n << 9n;
export const PROTOCOL_F_RESET_DEVICE = 1n << 13n;
export const PROTOCOL_F_CONFIGURE_MEM_SLOTS = 1n << 15n;
export const PROTOCOL_F_STATUS = 1n << 16n;

/** request[4] flags[4] size[4]. */
export const HEADER_BYTES = 12;
/** Largest payload we take: a table of 256 memory regions has 8 + 32 * 256. */
export const MAX_PAYLOAD = 8 + 32 * 256;
/** Bytes of one memory region: guest address, size, address in the front end, offset in its file, 8 each. */
export const REGION_BYTES = 32;
/** In SET_VRING_KICK, CALL and ERR: the ring's index, and that no descriptor comes along. */
export const VRING_INDEX_MASK = 0xffn;
export const VRING_NO_FD = 0x100n;

/** Where a piece of the guest's memory is. */
export interface MemoryRegion {
  /** First address in the guest's physical memory. */
  readonly guestAddress: number;
  /** In bytes. */
  readonly size: number;
  /** First address as the front end sees it; ring addresses are given in these. */
  readonly userAddress: number;
  /** First byte in the descriptor that came along. */
  readonly fileOffset: number;
}

/** Where the parts of a ring are, in addresses of the front end. */
export interface RingAddresses {
  readonly descriptors: number;
  readonly available: number;
  readonly used: number;
}

/** Thrown for what a front end must not send; the connection is dropped. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** A 64-bit number that is used as an address or a size. @throws ProtocolError above 2^53 - 1 */
export function exact(value: bigint, what: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ProtocolError(`${what} 0x${value.toString(16)}`);
  return Number(value);
}

export function readRegion(view: DataView, at: number): MemoryRegion {
  return {
    guestAddress: exact(view.getBigUint64(at, true), "a memory region at guest address"),
    size: exact(view.getBigUint64(at + 8, true), "a memory region of size"),
    userAddress: exact(view.getBigUint64(at + 16, true), "a memory region at address"),
    fileOffset: exact(view.getBigUint64(at + 24, true), "a memory region at offset"),
  };
}

export function writeRegion(view: DataView, at: number, region: MemoryRegion): void {
  view.setBigUint64(at, BigInt(region.guestAddress), true);
  view.setBigUint64(at + 8, BigInt(region.size), true);
  view.setBigUint64(at + 16, BigInt(region.userAddress), true);
  view.setBigUint64(at + 24, BigInt(region.fileOffset), true);
}
