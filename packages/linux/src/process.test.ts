import { expect, test } from "vitest";
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
