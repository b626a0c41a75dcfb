import { addressOf, declare, lastErrno } from "./libc.js";
import { check } from "./system-error.js";

/** Fails with EAGAIN rather than wait for the disk (preadv2(2)). */
export const RWF_NOWAIT = 0x8;

const cPread = declare<[number, Uint8Array, number, bigint]>("long pread(int, void *, size_t, int64_t)");
const cPwrite = declare<[number, Uint8Array, number, bigint]>(
  "long pwrite(int, const void *, size_t, int64_t)",
);
const cPreadv2 = declare<[number, Uint8Array, number, bigint, number]>(
  "long preadv2(int, const void *, int, int64_t, int)",
);

/** Reads at `offset` (pread(2)); fewer bytes than `into` has only at the end. @throws SystemError */
export function pread(fd: number, into: Uint8Array, offset: bigint): number {
  return check(cPread(fd, into, into.length, offset), "pread");
}

/** Writes at `offset` (pwrite(2)); fewer bytes only when the disk is full. @throws SystemError */
export function pwrite(fd: number, data: Uint8Array, offset: bigint): number {
  return check(cPwrite(fd, data, data.length, offset), "pwrite");
}

/** One struct iovec: a base address and a length. */
const iovec = new BigUint64Array(2);
const iovecBytes = new Uint8Array(iovec.buffer);

/**
 * Reads at `offset` with RWF_… flags (preadv2(2)). Returns the bytes read, or
 * the negative errno: with RWF_NOWAIT, EAGAIN is an answer and not a failure.
 */
export function preadv2(fd: number, into: Uint8Array, offset: bigint, flags: number): number {
  iovec[0] = addressOf(into);
  iovec[1] = BigInt(into.length);
  const count = cPreadv2(fd, iovecBytes, 1, offset, flags);
  return count >= 0 ? count : -lastErrno();
}
