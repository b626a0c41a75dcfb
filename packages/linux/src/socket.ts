import { declare, lastErrno } from "./libc.js";
import { check } from "./system-error.js";

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ACCEPTCONN = 30;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const MSG_NOSIGNAL = 0x4000;
const MSG_DONTWAIT = 0x40;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

const cSocket = declare<[number, number, number]>("int socket(int, int, int)");
const cBind = declare<[number, Uint8Array, number]>("int bind(int, const void *, uint32_t)");
const cListen = declare<[number, number]>("int listen(int, int)");
const cConnect = declare<[number, Uint8Array, number]>("int connect(int, const void *, uint32_t)");
const cAccept4 = declare<[number, null, null, number]>("int accept4(int, void *, void *, int)");
const cSetsockopt = declare<[number, number, number, Uint8Array, number]>(
  "int setsockopt(int, int, int, const void *, uint32_t)",
);
const cGetsockopt = declare<[number, number, number, Uint8Array, Uint8Array]>(
  "int getsockopt(int, int, int, void *, void *)",
);
const cGetsockname = declare<[number, Uint8Array, Uint8Array]>("int getsockname(int, void *, void *)");
const cRead = declare<[number, Uint8Array, number]>("long read(int, void *, size_t)");
const cWrite = declare<[number, Uint8Array, number]>("long write(int, const void *, size_t)");
const cSend = declare<[number, Uint8Array, number, number]>("long send(int, const void *, size_t, int)");
const cRecv = declare<[number, Uint8Array, number, number]>("long recv(int, void *, size_t, int)");
const cFcntl = declare<[number, number, string, number]>("int fcntl(int, int, ...)");

/** A stream socket of the family AF_…, non-blocking. @throws SystemError */
export function streamSocket(family: number): number {
  return check(cSocket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
}

/** Binds to an address (of socket-address.ts) and listens. @throws SystemError */
export function bindAndListen(fd: number, address: Uint8Array, backlog: number): void {
  check(cBind(fd, address, address.length), "bind");
  check(cListen(fd, backlog), "listen");
}

/** Connects, or throws EAGAIN or EINPROGRESS when that takes time. @throws SystemError */
export function connect(fd: number, address: Uint8Array): void {
  check(cConnect(fd, address, address.length), "connect");
}

/** Takes the next connection, non-blocking. Returns its descriptor, or the negative errno. */
export function accept(fd: number): number {
  const connection = cAccept4(fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return connection >= 0 ? connection : -lastErrno();
}

/** Lets a TCP listener take an address that connections of before still linger on. */
export function setReuseAddress(fd: number): void {
  setOption(fd, SOL_SOCKET, SO_REUSEADDR);
}

/** Keeps an IPv6 listener to IPv6. */
export function setIpv6Only(fd: number): void {
  setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

/** Sends each TCP reply at once. */
export function setNoDelay(fd: number): void {
  setOption(fd, IPPROTO_TCP, TCP_NODELAY);
}

function setOption(fd: number, level: number, option: number): void {
  check(cSetsockopt(fd, level, option, new Uint8Array([1, 0, 0, 0]), 4), "setsockopt");
}

/** True for a listening socket, false for a connected one. @throws SystemError ENOTSOCK for anything else */
export function isListening(fd: number): boolean {
  const value = new Uint8Array(4);
  check(cGetsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, value, new Uint8Array([4, 0, 0, 0])), "getsockopt");
  return value[0] === 1;
}

/** The address a socket is bound to, as the kernel has it (sockaddr). @throws SystemError */
export function socketName(fd: number): Uint8Array {
  const address = new Uint8Array(128);
  const size = new Uint8Array([address.length, 0, 0, 0]);
  check(cGetsockname(fd, address, size), "getsockname");
  return address.subarray(0, size[0]);
}

/** Makes reads and writes of a descriptor return EAGAIN rather than wait. @throws SystemError */
export function setNonBlocking(fd: number): void {
  const flags = check(cFcntl(fd, F_GETFL, "int", 0), "fcntl");
  check(cFcntl(fd, F_SETFL, "int", flags | O_NONBLOCK), "fcntl");
}

// These four run for every request, and EAGAIN is an ordinary answer to them: they return the bytes moved or the
// negative errno, and never throw.

/** Receives without waiting (recv(2)). Bytes, 0 at the end, or the negative errno. */
export function receive(fd: number, into: Uint8Array, length: number): number {
  const count = cRecv(fd, into, length, MSG_DONTWAIT);
  return count >= 0 ? count : -lastErrno();
}

/** Sends without waiting and without SIGPIPE (send(2)). Bytes, or the negative errno. */
export function send(fd: number, data: Uint8Array, length: number): number {
  const count = cSend(fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  return count >= 0 ? count : -lastErrno();
}

/** read(2) of a pipe. Bytes, 0 at the end, or the negative errno. */
export function read(fd: number, into: Uint8Array, length: number): number {
  const count = cRead(fd, into, length);
  return count >= 0 ? count : -lastErrno();
}

/** write(2) to a pipe. Bytes, or the negative errno. */
export function write(fd: number, data: Uint8Array, length: number): number {
  const count = cWrite(fd, data, length);
  return count >= 0 ? count : -lastErrno();
}
