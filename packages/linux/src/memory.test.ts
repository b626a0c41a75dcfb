import { constants } from "node:buffer";
import { expect, test } from "vitest";
import { IoVector } from "./io-vector.js";
import { MAP_ANONYMOUS, MAP_NORESERVE, MAP_PRIVATE, Mapping, PROT_READ, memfdCreate } from "./memory.js";
import { close, fdPath } from "./open.js";
import { pread, readVector } from "./read-write.js";
import { ftruncate } from "./space.js";
import { readFileSync, readlinkSync } from "node:fs";

test("two mappings of a memfd are the same memory", () => {
  const fd = memfdCreate("ninep-test");
  expect(readlinkSync(fdPath(fd))).toContain("memfd:ninep-test");
  ftruncate(fd, 8192);
  const one = new Mapping(fd, 8192);
  const two = new Mapping(fd, 4096, { offset: 4096 });
  one.view(4096, 4).set([1, 2, 3, 4]);
  expect([...two.view(0, 4)]).toEqual([1, 2, 3, 4]);
  const into = new Uint8Array(4);
  pread(fd, into, 4096);
  expect([...into]).toEqual([1, 2, 3, 4]);
  one.unmap();
  one.unmap();
  expect(one.mapped).toBe(false);
  expect(() => one.view()).toThrow("no longer mapped");
  expect(two.view(1, 1)[0]).toBe(2);
  two.unmap();
  close(fd);
});

test("Atomics work on a view", () => {
  const mapping = new Mapping(-1, 4096, { flags: MAP_ANONYMOUS | MAP_PRIVATE });
  const words = new Int32Array(mapping.view().buffer);
  expect(Atomics.add(words, 3, 5)).toBe(0);
  expect(Atomics.load(words, 3)).toBe(5);
  mapping.unmap();
});

test("system calls read into mapped memory by its address", () => {
  const fd = memfdCreate("ninep-test");
  ftruncate(fd, 4096);
  const file = new Mapping(fd, 4096);
  file.view(0, 5).set(new TextEncoder().encode("hello"));
  const guest = new Mapping(-1, 4096, { flags: MAP_ANONYMOUS | MAP_PRIVATE });
  const vector = new IoVector(2);
  vector.pushAddress(guest.address + 100, 2);
  vector.pushAddress(guest.address + 200, 3);
  expect(readVector(fd, vector, 0)).toBe(5);
  expect(new TextDecoder().decode(guest.view(100, 2))).toBe("he");
  expect(new TextDecoder().decode(guest.view(200, 3))).toBe("llo");
  guest.unmap();
  file.unmap();
  close(fd);
});

test("a view stays within the mapping and within what a buffer can be", () => {
  const size = 2 ** 33;
  const mapping = new Mapping(-1, size, { flags: MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE });
  for (const [offset, length] of [
    [-1, 1],
    [0, size + 1],
    [size, 1],
    [0, NaN],
  ] as const) {
    expect(() => mapping.view(offset, length)).toThrow(RangeError);
  }
  const largest = Math.min(constants.MAX_LENGTH, size);
  expect(mapping.view(size - 4096).length).toBe(4096);
  expect(mapping.view(0, largest).length).toBe(largest);
  if (constants.MAX_LENGTH < size) expect(() => mapping.view()).toThrow("take several");
  mapping.unmap();
});

test("says what is wrong", () => {
  expect(() => new Mapping(-1, 4096)).toThrow("mmap: EBADF");
  expect(() => new Mapping(-1, 0, { flags: MAP_ANONYMOUS | MAP_PRIVATE })).toThrow("mmap: EINVAL");
  expect(() => memfdCreate("a\0b")).toThrow("memfd_create: EINVAL");
  const fd = memfdCreate("ninep-test");
  ftruncate(fd, 4096);
  expect(() => new Mapping(fd, 4096, { offset: 1 })).toThrow("mmap: EINVAL");
  const readable = new Mapping(fd, 4096, { protection: PROT_READ });
  expect(readable.view()[0]).toBe(0);
  readable.unmap();
  close(fd);
  expect(readFileSync("/proc/self/maps", "utf8")).not.toContain("memfd:ninep-test");
});
