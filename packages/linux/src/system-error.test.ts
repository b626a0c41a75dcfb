import { constants } from "node:os";
import { expect, test } from "vitest";
import { errno, errnoName, errnoText } from "./errno.js";
import { SystemError } from "./system-error.js";

test("says which call failed, how and on what", () => {
  const error = new SystemError(2, "openat", "name");
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe("openat: ENOENT: no such file or directory, 'name'");
  expect(error).toMatchObject({
    name: "SystemError",
    errno: 2,
    code: "ENOENT",
    syscall: "openat",
    path: "name",
  });
});

test("leaves the path out when there is none", () => {
  const error = new SystemError(11, "recv");
  expect(error.message).toBe("recv: EAGAIN: resource temporarily unavailable");
  expect(error.path).toBeUndefined();
});

test("shows raw bytes as text and cannot draw on a terminal", () => {
  expect(new SystemError(2, "openat", new Uint8Array([0x61, 0xff, 0])).path).toBe("a\ufffd");
  expect(new SystemError(2, "openat", "a\n\u001b[2Jb").path).toBe("a\\u000a\\u001b[2Jb");
});

test("captures no stack unless asked to, and leaves other errors alone", () => {
  const limit = Error.stackTraceLimit;
  expect(new SystemError(2, "openat").stack).not.toContain("system-error.test");
  expect(Error.stackTraceLimit).toBe(limit);
  expect(new Error("other").stack).toContain("system-error.test");
  SystemError.stackTraceLimit = 10;
  try {
    expect(new SystemError(2, "openat").stack).toContain("system-error.test");
  } finally {
    SystemError.stackTraceLimit = 0;
  }
});

test("the table of numbers agrees with the system", () => {
  for (const [name, number] of Object.entries(constants.errno)) {
    if (name === "EWOULDBLOCK" || name === "ENOTSUP") continue;
    expect(errno[name as keyof typeof errno], name).toBe(number);
    expect(errnoName(number)).toBe(name);
  }
});

test("a number that Linux does not have has a name all the same", () => {
  expect(errnoName(999)).toBe("errno 999");
  expect(errnoText(999)).toBe("unknown error");
  expect(new SystemError(999, "x").message).toBe("x: errno 999: unknown error");
});
