import { ftruncateSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { errno } from "./errno.js";
import { IoVector } from "./io-vector.js";
import { AT_FDCWD, O_CREAT, O_RDWR } from "./open-flags.js";
import { close, openat } from "./open.js";
import {
  RWF_APPEND,
  RWF_NOWAIT,
  fdatasync,
  fdatasyncAsync,
  fsync,
  fsyncAsync,
  pread,
  preadAsync,
  preadv2,
  pwrite,
  pwriteAsync,
  pwritev2,
  readVector,
  tryPread,
  tryPwrite,
  writeVector,
} from "./read-write.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const file = join(dir, "file");
const fd = openat(AT_FDCWD, file, O_RDWR | O_CREAT, 0o600);
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (array: Uint8Array) => new TextDecoder().decode(array);
const contents = () => readFileSync(file, "utf8");

beforeEach(() => {
  ftruncateSync(fd, 0);
  pwrite(fd, bytes("0123456789"), 0);
});
afterAll(() => {
  close(fd);
  rmSync(dir, { recursive: true });
});

test("moves a whole buffer", () => {
  const into = new Uint8Array(4);
  expect(pread(fd, into, 3)).toBe(4);
  expect(text(into)).toBe("3456");
  expect(pread(fd, into, 8n)).toBe(2);
  expect(pread(fd, into, 10)).toBe(0);
  expect(pwrite(fd, bytes("ab"), 9n)).toBe(2);
  expect(contents()).toBe("012345678ab");
});

test("moves a part of a buffer, of a view too, and nothing else", () => {
  const whole = new Uint8Array(20).fill(0x2e);
  const view = whole.subarray(5, 15);
  expect(pread(fd, view, 0, 2, 3)).toBe(3);
  expect(text(whole)).toBe(".......012..........");
  expect(preadv2(fd, view, 5, 0, 6, 2)).toBe(2);
  expect(text(whole)).toBe(".......012.56.......");
  expect(pwrite(fd, view, 0, 6)).toBe(4);
  expect(contents()).toBe("56..456789");
  expect(pwritev2(fd, view, 8, 0, 2, 1)).toBe(1);
  expect(contents()).toBe("56..456709");
});

test.each([
  [-1, 1],
  [0, 5],
  [4, 1],
  [0, -1],
  [NaN, 1],
  [2, 3],
])("refuses bytes that the buffer does not have: %i, %i", (start, length) => {
  const buffer = new Uint8Array(new ArrayBuffer(100), 10, 4);
  expect(() => tryPread(fd, buffer, 0, start, length)).toThrow(RangeError);
  expect(() => tryPwrite(fd, buffer, 0, start, length)).toThrow(RangeError);
  expect(() => preadv2(fd, buffer, 0, 0, start, length)).toThrow(RangeError);
  expect(() => pwritev2(fd, buffer, 0, 0, start, length)).toThrow(RangeError);
  expect(() => {
    new IoVector(1).push(buffer, start, length);
  }).toThrow(RangeError);
});

test("a buffer that was transferred away has no bytes", () => {
  const buffer = new Uint8Array(8);
  pread(fd, buffer, 0);
  structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
  expect(() => pread(fd, buffer, 0, 0, 8)).toThrow(RangeError);
  expect(pread(fd, buffer, 0)).toBe(0);
});

test("small arrays, which V8 may keep in its heap, and shared memory", () => {
  for (let size = 1; size <= 10; size++) {
    const small = new Uint8Array(size);
    expect(pread(fd, small, 0)).toBe(size);
    expect(text(small)).toBe("0123456789".slice(0, size));
  }
  const shared = new Uint8Array(new SharedArrayBuffer(16), 4, 4);
  expect(pread(fd, shared, 1)).toBe(4);
  expect([...shared]).toEqual([0x31, 0x32, 0x33, 0x34]);
});

test("offsets beyond 32 and 53 bits arrive whole", () => {
  expect(pwrite(fd, bytes("x"), 5 * 2 ** 32)).toBe(1);
  const into = new Uint8Array(1);
  expect(pread(fd, into, 21474836480n)).toBe(1);
  expect(preadv2(fd, into, 5 * 2 ** 32, 0)).toBe(1);
  expect(text(into)).toBe("x");
  expect(tryPwrite(fd, bytes("x"), 2n ** 63n - 1n)).toBe(-errno.EINVAL);
});

test("errors", () => {
  const into = new Uint8Array(1);
  expect(tryPread(-1, into, 0)).toBe(-errno.EBADF);
  expect(() => pread(-1, into, 0)).toThrow("pread: EBADF");
  expect(() => pwrite(fd, into, -2)).toThrow("pwrite: EINVAL");
  expect(preadv2(-1, into, 0, 0)).toBe(-errno.EBADF);
  expect(preadv2(fd, into, 0, 0x4000_0000)).toBe(-errno.EOPNOTSUPP);
});

test("flags of preadv2 and pwritev2", () => {
  const into = new Uint8Array(10);
  const count = preadv2(fd, into, 0, RWF_NOWAIT);
  // Some file systems cannot say whether they would wait.
  expect([10, -errno.EAGAIN, -errno.EOPNOTSUPP]).toContain(count);
  expect(pwritev2(fd, bytes("end"), 0, RWF_APPEND)).toBe(3);
  expect(contents()).toBe("0123456789end");
});

test("several areas at once", () => {
  const whole = new Uint8Array(12).fill(0x2e);
  const vector = new IoVector(3);
  vector.push(whole, 0, 2);
  vector.push(whole.subarray(4, 6));
  vector.push(whole, 8, 3);
  expect([vector.count, vector.byteLength]).toEqual([3, 7]);
  expect(() => {
    vector.push(whole);
  }).toThrow(RangeError);
  expect(readVector(fd, vector, 1)).toBe(7);
  expect(text(whole)).toBe("12..34..567.");
  expect(writeVector(fd, vector, 0)).toBe(7);
  expect(contents()).toBe("1234567789");
  vector.clear();
  expect(readVector(fd, vector, 0)).toBe(0);
  expect(() => new IoVector(0)).toThrow(RangeError);
  expect(() => new IoVector(1025)).toThrow(RangeError);
});

test("reads and writes on the pool, more at once than it has threads", async () => {
  const buffers = Array.from({ length: 400 }, () => new Uint8Array(3));
  const counts = await Promise.all(buffers.map((into, i) => preadAsync(fd, into, i % 7)));
  expect(new Set(counts)).toEqual(new Set([3]));
  buffers.forEach((into, i) => {
    expect(text(into)).toBe("0123456789".slice(i % 7, (i % 7) + 3));
  });
  expect(await pwriteAsync(fd, bytes("__ab__"), 10, 2, 2)).toBe(2);
  expect(contents()).toBe("0123456789ab");
  await expect(preadAsync(-1, new Uint8Array(1), 0)).rejects.toMatchObject({
    code: "EBADF",
    syscall: "pread",
  });
  await expect(preadAsync(fd, new Uint8Array(1), 0, 0, 2)).rejects.toThrow(RangeError);
});

test("brings a file to the disk", async () => {
  fsync(fd);
  fdatasync(fd);
  await fsyncAsync(fd);
  await fdatasyncAsync(fd);
  expect(() => {
    fsync(-1);
  }).toThrow("fsync: EBADF");
  await expect(fsyncAsync(-1)).rejects.toThrow("fsync: EBADF");
  await expect(fdatasyncAsync(-1)).rejects.toThrow("fdatasync: EBADF");
});
