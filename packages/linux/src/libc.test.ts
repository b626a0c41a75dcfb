import process from "node:process";
import { Worker } from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { errno } from "./errno.js";
import { declare, isSupported, lastErrno, orErrno } from "./libc.js";

const cClose = declare<[number]>("int close(int)");

test("errno is that of the call before", () => {
  expect(isSupported()).toBe(true);
  expect(orErrno(cClose(-1))).toBe(-errno.EBADF);
  expect(lastErrno()).toBe(errno.EBADF);
});

test("a call on the pool has its own errno", async () => {
  const pread = declare<[number, number, number, number]>("long pread(int, uintptr_t, size_t, int64_t)");
  const seen = await Promise.all(
    [0, -1].map(
      (offset) =>
        new Promise<number>((resolve) => {
          pread.async(-1, 0, 1, offset, (_, result) => {
            resolve(orErrno(result));
          });
        }),
    ),
  );
  expect(seen).toEqual([-errno.EBADF, -errno.EINVAL]);
});

test("a function that the C library does not have answers ENOSYS, here and on the pool", async () => {
  const call = declare<[number]>("int no_such_function_of_libc(int)");
  expect(orErrno(call(1))).toBe(-errno.ENOSYS);
  const later = await new Promise<number>((resolve) => {
    call.async(1, (_, result) => {
      resolve(orErrno(result));
    });
  });
  expect(later).toBe(-errno.ENOSYS);
});

test("on another system it imports, and says so when called", async () => {
  const before = Object.getOwnPropertyDescriptors(process);
  Object.defineProperty(process, "platform", { ...before.platform, value: "darwin" });
  Object.defineProperty(process, "arch", { ...before.arch, value: "arm64" });
  vi.resetModules();
  try {
    const elsewhere = await import("./index.js");
    const reason = "@ninep/linux works on Linux x64 and arm64 only; this is darwin arm64";
    expect(elsewhere.isSupported()).toBe(false);
    expect(() => elsewhere.openat(-100, "/", 0)).toThrow(reason);
    expect(() => elsewhere.tryPread(0, new Uint8Array(1), 0)).toThrow(reason);
    await expect(elsewhere.fsyncAsync(0)).rejects.toThrow(reason);
    expect(elsewhere.O_DIRECTORY).toBe(0o40000);
    expect(elsewhere.O_NOFOLLOW).toBe(0o100000);
    expect(elsewhere.O_DIRECT).toBe(0o200000);
    expect(elsewhere.O_LARGEFILE).toBe(0o400000);
  } finally {
    Object.defineProperty(process, "platform", before.platform);
    Object.defineProperty(process, "arch", before.arch);
    vi.resetModules();
  }
});

test("errno lies elsewhere in every thread, and koffi finds the place", async () => {
  // A worker cannot load this TypeScript: it does what load() does.
  const script = `
    const koffi = require("koffi");
    const { parentPort } = require("node:worker_threads");
    const libc = koffi.load(null);
    const cell = new Int32Array(koffi.view(libc.func("void *__errno_location()")(), 4));
    libc.func("int close(int)")(-1);
    parentPort.postMessage([cell[0], koffi.errno()]);
  `;
  cClose(-1);
  const worker = new Worker(script, { eval: true });
  const seen = await new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
  expect(seen).toEqual([errno.EBADF, errno.EBADF]);
});
