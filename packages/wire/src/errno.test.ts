import { constants, platform } from "node:os";
import { describe, expect, it, test } from "vitest";
import { errno, errnoName, errnoText, type ErrnoName } from "./errno.js";

describe.runIf(platform() === "linux")("on Linux", () => {
  it("numbers are the host's", () => {
    const host = constants.errno as Readonly<Record<string, number>>;
    const shared = Object.entries(errno).filter(([name]) => name in host);
    expect(shared.length).toBeGreaterThan(70);
    for (const [name, number] of shared) expect(number, name).toBe(host[name]);
  });

  it("no error that Node knows is missing", () => {
    for (const [name, number] of Object.entries(constants.errno))
      expect(errnoName(number), name).toMatch(/^E/);
  });
});

test("numbers that Linux's client turns into text are those of errno.h", () => {
  const { EPERM, EAGAIN, EDEADLK, ENOTEMPTY, ELOOP, ENODATA, EOPNOTSUPP, ESTALE, EDQUOT } = errno;
  expect([EPERM, EAGAIN, EDEADLK, ENOTEMPTY, ELOOP, ENODATA, EOPNOTSUPP, ESTALE, EDQUOT]).toEqual([
    1, 11, 35, 39, 40, 61, 95, 116, 122,
  ]);
});

/** The first part of errmap in net/9p/error.c, where texts that strerror(3) has become numbers again. */
const understood: Partial<Record<ErrnoName, string>> = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EINTR: "Interrupted system call",
  EIO: "Input/output error",
  ENXIO: "No such device or address",
  E2BIG: "Argument list too long",
  EBADF: "Bad file descriptor",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Cannot allocate memory",
  EACCES: "Permission denied",
  EFAULT: "Bad address",
  ENOTBLK: "Block device required",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EXDEV: "Invalid cross-device link",
  ENODEV: "No such device",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  ENFILE: "Too many open files in system",
  EMFILE: "Too many open files",
  ETXTBSY: "Text file busy",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  ESPIPE: "Illegal seek",
  EROFS: "Read-only file system",
  EMLINK: "Too many links",
  EPIPE: "Broken pipe",
  EDOM: "Numerical argument out of domain",
  ERANGE: "Numerical result out of range",
  EDEADLK: "Resource deadlock avoided",
  ENAMETOOLONG: "File name too long",
  ENOLCK: "No locks available",
  ENOSYS: "Function not implemented",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  EIDRM: "Identifier removed",
  ENODATA: "No data available",
  EREMOTE: "Object is remote",
  ENOLINK: "Link has been severed",
  EPROTO: "Protocol error",
  EBADMSG: "Bad message",
  EBADFD: "File descriptor in bad state",
  EUSERS: "Too many users",
  ENOTSOCK: "Socket operation on non-socket",
  EMSGSIZE: "Message too long",
  EOPNOTSUPP: "Operation not supported",
  ENETDOWN: "Network is down",
  ENETUNREACH: "Network is unreachable",
  ECONNABORTED: "Software caused connection abort",
  ECONNRESET: "Connection reset by peer",
  ENOBUFS: "No buffer space available",
  ENOTCONN: "Transport endpoint is not connected",
  ETIMEDOUT: "Connection timed out",
  ECONNREFUSED: "Connection refused",
  EHOSTUNREACH: "No route to host",
  EALREADY: "Operation already in progress",
  EINPROGRESS: "Operation now in progress",
  EREMOTEIO: "Remote I/O error",
  EDQUOT: "Disk quota exceeded",
};

test.each(Object.entries(understood))("a Linux client understands the text of %s", (name, text) => {
  expect(errnoText(errno[name as ErrnoName])).toBe(text);
});

test("texts that only glibc has", () => {
  expect(errnoText(errno.EOVERFLOW)).toBe("Value too large for defined data type");
  expect(errnoText(errno.ESTALE)).toBe("Stale file handle");
  expect(errnoText(errno.EUCLEAN)).toBe("Structure needs cleaning");
  expect(errnoText(errno.ECANCELED)).toBe("Operation canceled");
  expect(errnoText(errno.EILSEQ)).toBe("Invalid or incomplete multibyte or wide character");
  expect(errnoText(errno.ENOTTY)).toBe("Inappropriate ioctl for device");
});

test("every number has one name and one text", () => {
  const numbers = Object.values(errno);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(new Set(numbers.map(errnoText)).size).toBe(numbers.length);
  for (const [name, number] of Object.entries(errno)) expect(errnoName(number)).toBe(name);
  // 41 and 58 are numbers that Linux leaves out.
  expect(numbers.length).toBe(133 - 2);
  expect(Math.max(...numbers)).toBe(133);
});

test.each([0, 41, 58, 134, 999, -2])("%i has no name", (number) => {
  expect(errnoName(number)).toBe(`errno ${number}`);
  expect(errnoText(number)).toBe(`Unknown error ${number}`);
});

test("the table cannot be changed", () => {
  expect(Object.isFrozen(errno)).toBe(true);
});
