import { declare, orErrno } from "./libc.js";
import { NativeMemory, addressOf, addressOfRange } from "./native-memory.js";
import { O_NONBLOCK } from "./open-flags.js";
import { check } from "./check.js";

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_VSOCK = 40;

const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
/** The level of options that every socket has (socket(7)). */
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_ACCEPTCONN = 30;
const SO_RCVTIMEO = 20;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const MSG_NOSIGNAL = 0x4000;
/** Answer EAGAIN rather than wait, whatever the socket is set to (recv(2)). */
export const MSG_DONTWAIT = 0x40;
const F_GETFL = 3;
const F_SETFL = 4;

// Ways to shut down (shutdown(2)).
export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

const cSocket = declare<[number, number, number]>("int socket(int, int, int)");
const cSocketpair = declare<[number, number, number, number]>("int socketpair(int, int, int, uintptr_t)");
const cBind = declare<[number, number, number]>("int bind(int, uintptr_t, uint32_t)");
const cListen = declare<[number, number]>("int listen(int, int)");
const cConnect = declare<[number, number, number]>("int connect(int, uintptr_t, uint32_t)");
const cAccept4 = declare<[number, number, number, number]>("int accept4(int, uintptr_t, uintptr_t, int)");
const cShutdown = declare<[number, number]>("int shutdown(int, int)");
const cSetsockopt = declare<[number, number, number, number, number]>(
  "int setsockopt(int, int, int, uintptr_t, uint32_t)",
);
const cGetsockopt = declare<[number, number, number, number, number]>(
  "int getsockopt(int, int, int, uintptr_t, uintptr_t)",
);
const cGetsockname = declare<[number, number, number]>("int getsockname(int, uintptr_t, uintptr_t)");
const cRead = declare<[number, number, number]>("long read(int, uintptr_t, size_t)");
const cWrite = declare<[number, number, number]>("long write(int, uintptr_t, size_t)");
const cSend = declare<[number, number, number, number]>("long send(int, uintptr_t, size_t, int)");
const cRecv = declare<[number, number, number, number]>("long recv(int, uintptr_t, size_t, int)");
const cFcntl = declare<[number, number, number]>("int fcntl(int, int, long)");

/** An int and a socklen_t, for options; a struct sockaddr_storage, for names. */
const value = new NativeMemory(4);
const size = new NativeMemory(4);
const name = new NativeMemory(128);
/** struct timeval: seconds[8] microseconds[8]. */
const timeval = new NativeMemory(16);
const pair = new NativeMemory(8);

/** A stream socket of the family AF_…, non-blocking. @throws SystemError */
export function streamSocket(family: number): number {
  return check(cSocket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
}

/** Two connected stream sockets of AF_UNIX (socketpair(2)). @throws SystemError */
export function socketPair(): [number, number] {
  check(cSocketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.address), "socketpair");
  return [pair.words[0]!, pair.words[1]!];
}

/** Binds to an address (of socket-address.ts) and listens. @throws SystemError */
export function bindAndListen(fd: number, address: Uint8Array, backlog: number): void {
  check(cBind(fd, addressOf(address), address.length), "bind");
  check(cListen(fd, backlog), "listen");
}

/** Connects, or throws EAGAIN or EINPROGRESS when that takes time. @throws SystemError */
export function connect(fd: number, address: Uint8Array): void {
  check(cConnect(fd, addressOf(address), address.length), "connect");
}

/** Takes the next connection, non-blocking (accept4(2)). Returns its descriptor, or the negative errno. */
export function accept(fd: number): number {
  return orErrno(cAccept4(fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

/** Ends one or both directions of a connection, for all who have it open (shutdown(2)). @param how SHUT_… @throws SystemError */
export function shutdown(fd: number, how: number): void {
  check(cShutdown(fd, how), "shutdown");
}

/** Lets a TCP listener take an address that connections of before still linger on. */
export function setReuseAddress(fd: number): void {
  setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

/** Keeps an IPv6 listener to IPv6. */
export function setIpv6Only(fd: number): void {
  setSocketOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
}

/** Sends each TCP reply at once. */
export function setNoDelay(fd: number): void {
  setSocketOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

/**
 * How long a read of a socket that waits may take, after which it is EAGAIN
 * (SO_RCVTIMEO, socket(7)). @param milliseconds 1 to 999 @throws SystemError
 */
export function setReceiveTimeout(fd: number, milliseconds: number): void {
  timeval.setUint64(0, 0);
  timeval.setUint64(2, milliseconds * 1000);
  check(cSetsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval.address, timeval.size), "setsockopt");
}

/** Sets an option whose value is an int (setsockopt(2), socket(7)). @throws SystemError */
export function setSocketOption(fd: number, level: number, option: number, to: number): void {
  value.words[0] = to;
  check(cSetsockopt(fd, level, option, value.address, 4), "setsockopt");
}

/** Asks for an option whose value is an int (getsockopt(2), socket(7)). @throws SystemError */
export function getSocketOption(fd: number, level: number, option: number): number {
  size.words[0] = 4;
  check(cGetsockopt(fd, level, option, value.address, size.address), "getsockopt");
  return value.words[0]! | 0;
}

/** True for a listening socket, false for a connected one. @throws SystemError ENOTSOCK for anything else */
export function isListening(fd: number): boolean {
  return getSocketOption(fd, SOL_SOCKET, SO_ACCEPTCONN) === 1;
}

/** The address a socket is bound to, as the kernel has it (sockaddr). @throws SystemError */
export function socketName(fd: number): Uint8Array {
  size.words[0] = name.size;
  check(cGetsockname(fd, name.address, size.address), "getsockname");
  return name.bytes.slice(0, size.words[0]);
}

/**
 * Makes reads and writes of a descriptor return EAGAIN rather than wait, or
 * wait again (fcntl(2), F_SETFL). It holds for all who share the open file.
 * @throws SystemError
 */
export function setNonBlocking(fd: number, on = true): void {
  const flags = statusFlags(fd);
  check(cFcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK), "fcntl");
}

/** The access mode and status flags of an open file: O_… (fcntl(2), F_GETFL). @throws SystemError */
export function statusFlags(fd: number): number {
  return check(cFcntl(fd, F_GETFL, 0), "fcntl");
}

// These four run for every request, and EAGAIN is an ordinary answer to them: they return the bytes moved or the
// negative errno. They throw a RangeError for bytes that the buffer does not have, and nothing else.

/** Receives as {@link receive}, but waits where the descriptor does: see {@link setNonBlocking} and {@link setReceiveTimeout}. */
export function receiveWaiting(fd: number, into: Uint8Array): number {
  return orErrno(cRecv(fd, addressOf(into), into.length, 0));
}

/** Receives into `into[start, start + length)` without waiting (recv(2)). Bytes, 0 at the end, or the negative errno. */
export function receive(fd: number, into: Uint8Array, length: number, start = 0): number {
  return orErrno(cRecv(fd, addressOfRange(into, start, length), length, MSG_DONTWAIT));
}

/** Sends `data[start, start + length)` without waiting or SIGPIPE (send(2)). Bytes, or the negative errno. */
export function send(fd: number, data: Uint8Array, length: number, start = 0): number {
  return orErrno(cSend(fd, addressOfRange(data, start, length), length, MSG_DONTWAIT | MSG_NOSIGNAL));
}

/** read(2) of a pipe into `into[start, start + length)`. Bytes, 0 at the end, or the negative errno. */
export function read(fd: number, into: Uint8Array, length: number, start = 0): number {
  return orErrno(cRead(fd, addressOfRange(into, start, length), length));
}

/** write(2) of `data[start, start + length)` to a pipe. Bytes, or the negative errno. */
export function write(fd: number, data: Uint8Array, length: number, start = 0): number {
  return orErrno(cWrite(fd, addressOfRange(data, start, length), length));
}
