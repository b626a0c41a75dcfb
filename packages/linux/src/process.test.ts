import { expect, test } from "vitest";
import { Worker } from "node:worker_threads";
import { effectiveUser, hasCapability, setfsgid, setfsuid } from "./credentials.js";
import {
  CLONE_FS,
  CLONE_NEWUSER,
  PR_GET_DUMPABLE,
  PR_GET_NO_NEW_PRIVS,
  getFileLimit,
  prctl,
  setFileLimit,
  unshare,
} from "./process.js";

test("the limit of descriptors can be lowered and put back", () => {
  const limit = getFileLimit();
  expect(limit.soft).toBeGreaterThan(0);
  expect(limit.hard).toBeGreaterThanOrEqual(limit.soft);
  setFileLimit({ soft: limit.soft - 1, hard: limit.hard });
  expect(getFileLimit()).toEqual({ soft: limit.soft - 1, hard: limit.hard });
  setFileLimit(limit);
  expect(() => {
    setFileLimit({ soft: 10, hard: 9 });
  }).toThrow("setrlimit: EINVAL");
});

test("prctl asks", () => {
  expect([0, 1]).toContain(prctl(PR_GET_NO_NEW_PRIVS));
  expect(prctl(PR_GET_DUMPABLE)).toBeGreaterThanOrEqual(0);
  expect(() => prctl(99999)).toThrow("prctl: EINVAL");
});

test("unshare takes apart what one thread may", () => {
  unshare(CLONE_FS);
  expect(() => {
    unshare(CLONE_NEWUSER);
  }).toThrow("unshare: EINVAL");
});

test("knows who it is", () => {
  expect(effectiveUser()).toBe(process.geteuid!());
  if (effectiveUser() !== 0) expect(hasCapability("CAP_SYS_ADMIN")).toBe(false);
});

test.runIf(hasCapability("CAP_SETUID") && effectiveUser() === 0)("acts as another user on files", () => {
  const before = setfsuid(1234);
  try {
    expect(before).toBe(0);
    expect(hasCapability("CAP_CHOWN")).toBe(false);
  } finally {
    expect(setfsuid(0)).toBe(1234);
  }
  expect(hasCapability("CAP_CHOWN")).toBe(true);
  expect(setfsgid(1234)).toBe(0);
  expect(setfsgid(0)).toBe(1234);
});

test.skipIf(hasCapability("CAP_SETUID"))("may not act as another user", () => {
  expect(() => setfsuid(effectiveUser() + 1)).toThrow("setfsuid: EPERM");
  expect(setfsuid(effectiveUser())).toBe(effectiveUser());
});

test("runs in a worker, with an errno of its own", async () => {
  // The worker needs no transform of ours: koffi alone shows that a thread's errno is its own.
  const script = `
    const koffi = require("koffi");
    const { parentPort } = require("node:worker_threads");
    const libc = koffi.load(null);
    const cell = new Int32Array(koffi.view(libc.func("void *__errno_location()")(), 4));
    libc.func("int close(int)")(-1);
    parentPort.postMessage([cell[0], koffi.errno()]);
  `;
  expect(() => prctl(99999)).toThrow("EINVAL");
  const worker = new Worker(script, { eval: true });
  const seen = await new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
  expect(seen).toEqual([9, 9]);
});
