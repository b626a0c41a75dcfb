import { openSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EPOLLHUP, EPOLLIN, EPOLLOUT, Epoll } from "./epoll.js";
import { drainEventfd, eventfd, signalEventfd } from "./eventfd.js";
import { close } from "./open.js";
import { PollSet } from "./poll.js";
import { read, socketPair } from "./socket.js";

let epoll: Epoll;
let wake: number;
beforeEach(() => {
  epoll = new Epoll(4);
  wake = eventfd();
});
afterEach(() => {
  epoll.close();
  close(wake);
});

test("an eventfd counts wake-ups until they are taken back", () => {
  expect(drainEventfd(wake)).toBe(0);
  signalEventfd(wake);
  signalEventfd(wake);
  expect(drainEventfd(wake)).toBe(2);
  expect(drainEventfd(wake)).toBe(0);
});

test("epoll tells which descriptor has which events", () => {
  const [left, right] = socketPair();
  epoll.add(wake, EPOLLIN);
  epoll.add(left, EPOLLIN | EPOLLOUT);
  expect(epoll.wait(0)).toBe(1);
  expect([epoll.fdOf(0), epoll.eventsOf(0)]).toEqual([left, EPOLLOUT]);
  epoll.modify(left, EPOLLIN);
  expect(epoll.wait(0)).toBe(0);
  close(right);
  signalEventfd(wake);
  expect(epoll.wait(-1)).toBe(2);
  const events = new Map([0, 1].map((i) => [epoll.fdOf(i), epoll.eventsOf(i)]));
  expect(events.get(wake)).toBe(EPOLLIN);
  expect(events.get(left)! & (EPOLLIN | EPOLLHUP)).toBe(EPOLLIN | EPOLLHUP);
  epoll.remove(left);
  drainEventfd(wake);
  expect(epoll.wait(0)).toBe(0);
  close(left);
});

test("no more events at once than there is room for", () => {
  const fds = Array.from({ length: 6 }, () => eventfd());
  for (const fd of fds) {
    epoll.add(fd, EPOLLIN);
    signalEventfd(fd);
  }
  expect(epoll.wait(0)).toBe(4);
  for (const fd of fds) close(fd);
});

test("epoll waits on the pool while this thread goes on", async () => {
  epoll.add(wake, EPOLLIN);
  const later = epoll.waitLater(-1);
  setTimeout(() => {
    signalEventfd(wake);
  }, 5);
  expect(await later).toBe(1);
  expect(epoll.fdOf(0)).toBe(wake);
  drainEventfd(wake);
  expect(await epoll.waitLater(1)).toBe(0);
});

test("an error counts as no events when it waits on the pool", async () => {
  const closed = new Epoll();
  closed.close();
  expect(await closed.waitLater(0)).toBe(0);
  expect(() => closed.wait(0)).toThrow("epoll_wait: EBADF");
});

test("epoll says what is wrong", () => {
  const file = openSync(process.execPath, "r");
  expect(() => {
    epoll.add(file, EPOLLIN);
  }).toThrow("epoll_ctl: EPERM");
  expect(() => {
    epoll.modify(wake, EPOLLIN);
  }).toThrow("epoll_ctl: ENOENT");
  close(file);
});

test("poll tells what happened in which slot", () => {
  const POLLNVAL = 0x20;
  const poll = new PollSet(3);
  expect(poll.wait(0)).toBe(0);
  poll.set(1, wake, EPOLLIN);
  poll.set(2, 99999, EPOLLIN);
  signalEventfd(wake);
  expect(poll.wait(-1)).toBe(2);
  expect([0, 1, 2].map((slot) => poll.eventsOf(slot))).toEqual([0, EPOLLIN, POLLNVAL]);
  poll.set(2, -1, 0);
  expect(read(wake, new Uint8Array(8), 8)).toBe(8);
  expect(poll.wait(1)).toBe(0);
  expect(poll.eventsOf(1)).toBe(0);
  expect(() => {
    poll.set(3, wake, EPOLLIN);
  }).toThrow(RangeError);
});
