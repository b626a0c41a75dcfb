import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { errno } from "./errno.js";
import { O_NONBLOCK } from "./open-flags.js";
import { close } from "./open.js";
import { ipAddress, portOf, unixAddress, vsockAddress } from "./socket-address.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SHUT_WR,
  SOL_SOCKET,
  SO_RCVBUF,
  accept,
  bindAndListen,
  connect,
  getSocketOption,
  isListening,
  read,
  receive,
  send,
  setIpv6Only,
  setNoDelay,
  setNonBlocking,
  setReuseAddress,
  setSocketOption,
  shutdown,
  socketName,
  socketPair,
  statusFlags,
  streamSocket,
  write,
} from "./socket.js";

const dir = mkdtempSync(join(tmpdir(), "ninep-linux-"));
const bytes = (text: string) => new TextEncoder().encode(text);
const into = new Uint8Array(10);
let left: number;
let right: number;

beforeEach(() => {
  [left, right] = socketPair();
  into.fill(0x2e);
});
afterEach(() => {
  close(left);
  close(right);
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

test("sends and receives parts of buffers", () => {
  expect(send(left, bytes("__hello__"), 5, 2)).toBe(5);
  expect(receive(right, into, 4, 1)).toBe(4);
  expect(new TextDecoder().decode(into)).toBe(".hell.....");
  expect(receive(right, into, 10)).toBe(1);
});

test("never waits, and answers the end, a broken pipe and bad descriptors as numbers", () => {
  expect(receive(right, into, 10)).toBe(-errno.EAGAIN);
  shutdown(left, SHUT_WR);
  expect(receive(right, into, 10)).toBe(0);
  expect(send(left, into, 1)).toBe(-errno.EPIPE);
  expect(receive(-1, into, 1)).toBe(-errno.EBADF);
  const large = new Uint8Array(1 << 20);
  let sent = 0;
  while (sent >= 0) sent = send(right, large, large.length);
  expect(sent).toBe(-errno.EAGAIN);
  expect(() => receive(left, into, 11)).toThrow(RangeError);
  expect(() => send(left, into, 5, 6)).toThrow(RangeError);
});

test("read and write wait or not as the descriptor is set", () => {
  expect(statusFlags(left) & O_NONBLOCK).toBe(0);
  setNonBlocking(left);
  expect(statusFlags(left) & O_NONBLOCK).not.toBe(0);
  expect(read(left, into, 1)).toBe(-errno.EAGAIN);
  expect(write(right, bytes("ab"), 1, 1)).toBe(1);
  expect(read(left, into, 5, 5)).toBe(1);
  expect(into[5]).toBe(0x62);
  setNonBlocking(left, false);
  expect(statusFlags(left) & O_NONBLOCK).toBe(0);
});

test("listens, connects and accepts on a Unix socket", () => {
  const address = unixAddress(join(dir, "socket"));
  const listener = streamSocket(AF_UNIX);
  expect(isListening(listener)).toBe(false);
  bindAndListen(listener, address, 5);
  expect(isListening(listener)).toBe(true);
  expect(socketName(listener)).toEqual(address);
  expect(accept(listener)).toBe(-errno.EAGAIN);
  const client = streamSocket(AF_UNIX);
  connect(client, address);
  const connection = accept(listener);
  expect(statusFlags(connection) & O_NONBLOCK).not.toBe(0);
  expect(send(client, bytes("x"), 1)).toBe(1);
  expect(receive(connection, into, 10)).toBe(1);
  for (const fd of [listener, client, connection]) close(fd);
  const late = streamSocket(AF_UNIX);
  expect(() => {
    connect(late, address);
  }).toThrow("connect: ECONNREFUSED");
  close(late);
});

test("listens on TCP and learns its port", () => {
  const { family, address } = ipAddress("127.0.0.1", 0);
  const listener = streamSocket(family);
  setReuseAddress(listener);
  bindAndListen(listener, address, 5);
  const port = portOf(socketName(listener));
  expect(port).toBeGreaterThan(0);
  const client = streamSocket(family);
  setNoDelay(client);
  try {
    connect(client, ipAddress("127.0.0.1", port).address);
  } catch (error) {
    expect(error).toMatchObject({ code: "EINPROGRESS" });
  }
  const connection = accept(listener);
  expect(connection).toBeGreaterThan(0);
  for (const fd of [listener, client, connection]) close(fd);
});

test("options are ints, and only sockets have them", () => {
  setSocketOption(left, SOL_SOCKET, SO_RCVBUF, 65536);
  expect(getSocketOption(left, SOL_SOCKET, SO_RCVBUF)).toBeGreaterThanOrEqual(65536);
  expect(() => {
    setIpv6Only(left);
  }).toThrow("setsockopt: EOPNOTSUPP");
  expect(() => isListening(0x7fff)).toThrow("getsockopt: EBADF");
  expect(() => streamSocket(9999)).toThrow("socket: EAFNOSUPPORT");
});

test("addresses are laid out as the kernel wants them", () => {
  expect([...unixAddress("/a")]).toEqual([1, 0, 0x2f, 0x61, 0]);
  expect(() => unixAddress("x".repeat(108))).toThrow(RangeError);
  expect(() => unixAddress("")).toThrow(RangeError);
  const v4 = ipAddress("10.0.2.2", 564);
  expect(v4.family).toBe(AF_INET);
  expect([...v4.address]).toEqual([2, 0, 2, 52, 10, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  const v6 = ipAddress("fe80::1:2", 5640);
  expect(v6.family).toBe(AF_INET6);
  expect([...v6.address.subarray(0, 8)]).toEqual([10, 0, 22, 8, 0, 0, 0, 0]);
  expect([...v6.address.subarray(8, 24)]).toEqual([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]);
  expect([...ipAddress("::ffff:1.2.3.4", 1).address.subarray(18, 24)]).toEqual([0xff, 0xff, 1, 2, 3, 4]);
  expect([...ipAddress("::", 1).address.subarray(8, 24)]).toEqual(Array<number>(16).fill(0));
  expect(() => ipAddress("example.org", 1)).toThrow(RangeError);
  expect(() => ipAddress("127.0.0.1", 65536)).toThrow(RangeError);
});

test("a vsock address has its port before its CID", () => {
  expect([...vsockAddress(2, 5640)]).toEqual([40, 0, 0, 0, 0x08, 0x16, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
  expect([...vsockAddress(0xffffffff, 1)].slice(8, 12)).toEqual([255, 255, 255, 255]);
  expect(() => vsockAddress(-1, 1)).toThrow(RangeError);
});
