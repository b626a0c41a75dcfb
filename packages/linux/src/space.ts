import { check } from "./check.js";
import { declare } from "./libc.js";

// Modes of fallocate(2) (linux/falloc.h).
export const FALLOC_FL_KEEP_SIZE = 0x01;
export const FALLOC_FL_PUNCH_HOLE = 0x02;
export const FALLOC_FL_COLLAPSE_RANGE = 0x08;
export const FALLOC_FL_ZERO_RANGE = 0x10;
export const FALLOC_FL_INSERT_RANGE = 0x20;

const cFtruncate = declare<[number, number | bigint]>("int ftruncate(int, int64_t)");
const cFallocate = declare<[number, number, number | bigint, number | bigint]>(
  "int fallocate(int, int, int64_t, int64_t)",
);

/** Sets the size of a file open for writing (ftruncate(2)). @throws SystemError */
export function ftruncate(fd: number, size: number | bigint): void {
  check(cFtruncate(fd, size), "ftruncate");
}

/** Reserves or frees space of an open file (fallocate(2)). @param mode FALLOC_FL_… @throws SystemError */
export function fallocate(fd: number, mode: number, offset: number | bigint, length: number | bigint): void {
  check(cFallocate(fd, mode, offset, length), "fallocate");
}
