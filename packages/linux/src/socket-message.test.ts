import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { errno } from "./errno.js";
import { drainEventfd, eventfd, signalEventfd } from "./eventfd.js";
import { IoVector } from "./io-vector.js";
import { close } from "./open.js";
import { getFileLimit, setFileLimit } from "./process.js";
import { MAX_PASSED_FDS, receiveMessage, sendMessage } from "./socket-message.js";
import { receive, socketPair } from "./socket.js";

const data = Buffer.from("hello");
const outgoing = new IoVector(2);
outgoing.push(data, 0, 2);
outgoing.push(data, 2, 3);
const buffer = Buffer.alloc(16);
const incoming = new IoVector(1);
incoming.push(buffer);
let left: number;
let right: number;

beforeEach(() => {
  [left, right] = socketPair();
  buffer.fill(0);
});
afterEach(() => {
  close(left);
  close(right);
});

const openFds = () => readdirSync("/proc/self/fd").length;

test("moves several areas without descriptors", () => {
  const fds: number[] = [];
  expect(sendMessage(left, outgoing)).toBe(5);
  expect(receiveMessage(right, incoming, fds)).toBe(5);
  expect(buffer.toString("utf8", 0, 5)).toBe("hello");
  expect(fds).toEqual([]);
});

test.each([1, 2, 3, MAX_PASSED_FDS])("passes %i descriptors", (count) => {
  const wake = eventfd();
  const fds: number[] = [7];
  expect(sendMessage(left, outgoing, Array<number>(count).fill(wake))).toBe(5);
  expect(receiveMessage(right, incoming, fds)).toBe(5);
  expect(fds.length).toBe(1 + count);
  expect(fds[0]).toBe(7);
  // The last one is the same eventfd under another number.
  signalEventfd(fds.at(-1)!);
  expect(drainEventfd(wake)).toBe(1);
  for (const fd of fds.slice(1)) close(fd);
  close(wake);
});

test("answers EAGAIN, the end and errors as numbers", () => {
  const fds: number[] = [];
  expect(receiveMessage(right, incoming, fds)).toBe(-errno.EAGAIN);
  expect(sendMessage(left, outgoing, [99999])).toBe(-errno.EBADF);
  expect(sendMessage(left, outgoing, Array<number>(254).fill(left))).toBe(-errno.EINVAL);
  const [other, end] = socketPair();
  close(other);
  expect(receiveMessage(end, incoming, fds)).toBe(0);
  expect(sendMessage(end, outgoing)).toBe(-errno.EPIPE);
  close(end);
});

test("keeps no descriptor when there is no room for all", () => {
  const limit = getFileLimit();
  const wake = eventfd();
  expect(sendMessage(left, outgoing, [wake, wake, wake])).toBe(5);
  const before = openFds();
  const fds: number[] = [];
  // Descriptors are numbered from 0 without gaps up to the lowest free one: leave room for one more.
  const probe = eventfd();
  close(probe);
  setFileLimit({ soft: probe + 1, hard: limit.hard });
  try {
    expect(receiveMessage(right, incoming, fds)).toBe(-errno.EMFILE);
  } finally {
    setFileLimit(limit);
  }
  expect(fds).toEqual([]);
  expect(openFds()).toBe(before);
  close(wake);
});

test("a plain receive drops descriptors that came along", () => {
  const before = openFds();
  expect(sendMessage(left, outgoing, [left])).toBe(5);
  expect(receive(right, buffer, buffer.length)).toBe(5);
  expect(openFds()).toBe(before);
});
