import { check, orThrow } from "./check.js";
import type { IoVector } from "./io-vector.js";
import { byArch, declare, orErrno } from "./libc.js";
import { NativeMemory, addressOfRange } from "./native-memory.js";
import { inPool } from "./pool.js";

// Flags of preadv2(2) and pwritev2(2) (RWF_* in linux/fs.h).
/** Poll for completion; of O_DIRECT files. */
export const RWF_HIPRI = 0x1;
/** Write as if with O_DSYNC. */
export const RWF_DSYNC = 0x2;
/** Write as if with O_SYNC. */
export const RWF_SYNC = 0x4;
/** Fail with EAGAIN rather than wait for the disk. */
export const RWF_NOWAIT = 0x8;
/** Write at the end, whatever the offset says. */
export const RWF_APPEND = 0x10;

// The C library's names for these two are newer than the oldest musl that we meet.
const SYS_PREADV2 = byArch(327, 286);
const SYS_PWRITEV2 = byArch(328, 287);

const cPread = declare<[number, number, number, number | bigint]>(
  "long pread(int, uintptr_t, size_t, int64_t)",
);
const cPwrite = declare<[number, number, number, number | bigint]>(
  "long pwrite(int, uintptr_t, size_t, int64_t)",
);
const cVectored = declare<[number, number, number, number, number | bigint, number, number]>(
  // On 64-bit systems the offset is whole in the first of its two arguments.
  "long syscall(long, int, uintptr_t, long, int64_t, long, int)",
);
const cFsync = declare<[number]>("int fsync(int)");
const cFdatasync = declare<[number]>("int fdatasync(int)");

// Every call here moves bytes[start, start + length), all of the buffer unless told otherwise. That is faster than a
// subarray. They throw a RangeError for bytes that the buffer does not have.

/** Reads at `offset` (pread(2)). @returns bytes, fewer than asked for only at the end, or the negative errno */
export function tryPread(
  fd: number,
  into: Uint8Array,
  offset: number | bigint,
  start = 0,
  length: number = into.length - start,
): number {
  return orErrno(cPread(fd, addressOfRange(into, start, length), length, offset));
}

/** {@link tryPread} that throws. @throws SystemError */
export function pread(
  fd: number,
  into: Uint8Array,
  offset: number | bigint,
  start = 0,
  length: number = into.length - start,
): number {
  return orThrow(tryPread(fd, into, offset, start, length), "pread");
}

/** Writes at `offset` (pwrite(2)). @returns bytes, fewer only when the disk is full, or the negative errno */
export function tryPwrite(
  fd: number,
  data: Uint8Array,
  offset: number | bigint,
  start = 0,
  length: number = data.length - start,
): number {
  return orErrno(cPwrite(fd, addressOfRange(data, start, length), length, offset));
}

/** {@link tryPwrite} that throws. @throws SystemError */
export function pwrite(
  fd: number,
  data: Uint8Array,
  offset: number | bigint,
  start = 0,
  length: number = data.length - start,
): number {
  return orThrow(tryPwrite(fd, data, offset, start, length), "pwrite");
}

/** One struct iovec, for the calls that have a single area. */
const single = new NativeMemory(16);

function singleArea(bytes: Uint8Array, start: number, length: number): number {
  single.setUint64(0, addressOfRange(bytes, start, length));
  single.setUint64(2, length);
  return single.address;
}

/**
 * Reads at `offset` with RWF_… flags (preadv2(2)). Returns the bytes read, or
 * the negative errno: with RWF_NOWAIT, EAGAIN is an answer and not a failure.
 * @param offset -1 reads at the descriptor's position and moves it
 */
export function preadv2(
  fd: number,
  into: Uint8Array,
  offset: number | bigint,
  flags: number,
  start = 0,
  length: number = into.length - start,
): number {
  return orErrno(cVectored(SYS_PREADV2, fd, singleArea(into, start, length), 1, offset, 0, flags));
}

/** Writes at `offset` with RWF_… flags (pwritev2(2)). Returns the bytes written, or the negative errno. */
export function pwritev2(
  fd: number,
  data: Uint8Array,
  offset: number | bigint,
  flags: number,
  start = 0,
  length: number = data.length - start,
): number {
  return orErrno(cVectored(SYS_PWRITEV2, fd, singleArea(data, start, length), 1, offset, 0, flags));
}

/** Reads into several areas at once (preadv2(2)). Returns the bytes read, or the negative errno. */
export function readVector(fd: number, into: IoVector, offset: number | bigint, flags = 0): number {
  return orErrno(cVectored(SYS_PREADV2, fd, into.address, into.count, offset, 0, flags));
}

/** Writes several areas at once (pwritev2(2)). Returns the bytes written, or the negative errno. */
export function writeVector(fd: number, data: IoVector, offset: number | bigint, flags = 0): number {
  return orErrno(cVectored(SYS_PWRITEV2, fd, data.address, data.count, offset, 0, flags));
}

/** {@link pread} on the libuv pool. The buffer must not be touched, nor the descriptor closed, until it settles. */
export async function preadAsync(
  fd: number,
  into: Uint8Array,
  offset: number | bigint,
  start = 0,
  length: number = into.length - start,
): Promise<number> {
  const address = addressOfRange(into, start, length);
  return inPool("pread", into.buffer, (callback) => {
    cPread.async(fd, address, length, offset, callback);
  });
}

/** {@link pwrite} on the libuv pool. The buffer must not change, nor the descriptor close, until it settles. */
export async function pwriteAsync(
  fd: number,
  data: Uint8Array,
  offset: number | bigint,
  start = 0,
  length: number = data.length - start,
): Promise<number> {
  const address = addressOfRange(data, start, length);
  return inPool("pwrite", data.buffer, (callback) => {
    cPwrite.async(fd, address, length, offset, callback);
  });
}

/** Brings a file's content and attributes to the disk, however long that takes (fsync(2)). @throws SystemError */
export function fsync(fd: number): void {
  check(cFsync(fd), "fsync");
}

/** {@link fsync} without the attributes that reading the content does not need (fdatasync(2)). @throws SystemError */
export function fdatasync(fd: number): void {
  check(cFdatasync(fd), "fdatasync");
}

/** {@link fsync} on the libuv pool. */
export async function fsyncAsync(fd: number): Promise<void> {
  await inPool("fsync", undefined, (callback) => {
    cFsync.async(fd, callback);
  });
}

/** {@link fdatasync} on the libuv pool. */
export async function fdatasyncAsync(fd: number): Promise<void> {
  await inPool("fdatasync", undefined, (callback) => {
    cFdatasync.async(fd, callback);
  });
}
