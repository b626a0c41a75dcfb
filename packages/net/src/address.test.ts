import { describe, expect, it } from "vitest";
import { ANY_CID, AddressError, formatAddress, parseAddress } from "./address.js";

describe("parseAddress", () => {
  it.each([
    ["tcp://127.0.0.1:5640", { kind: "tcp", host: "127.0.0.1", port: 5640 }],
    ["tcp://localhost", { kind: "tcp", host: "localhost", port: 5640 }],
    ["tcp://[::1]:0", { kind: "tcp", host: "::1", port: 0 }],
    ["unix:/run/ninepd.sock", { kind: "unix", path: "/run/ninepd.sock" }],
    ["unix:relative", { kind: "unix", path: "relative" }],
    [
      "vhost-user:/run/a.sock,tag=store",
      { kind: "vhost-user", path: "/run/a.sock", tag: "store", exportName: undefined },
    ],
    ["vhost-user:a,tag=t,export=home", { kind: "vhost-user", path: "a", tag: "t", exportName: "home" }],
    ["vsock:any:5640", { kind: "vsock", cid: ANY_CID, port: 5640 }],
    ["vsock:2:0", { kind: "vsock", cid: 2, port: 0 }],
    ["fd:3", { kind: "fd", fd: 3 }],
    ["stdio:", { kind: "stdio" }],
  ])("reads %s", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each([
    "",
    "5640",
    "localhost:5640",
    "tcp:127.0.0.1",
    "tcp://",
    "tcp://host:65536",
    "tcp://host:-1",
    "tcp://host:12x",
    "tcp://[127.0.0.1]:1",
    "tcp://::1:5640",
    "unix:",
    "vhost-user:",
    "vhost-user:/run/a.sock",
    "vhost-user:,tag=a",
    "vhost-user:a,tag=",
    "vhost-user:a,export=b",
    "vhost-user:a,tag=b,tag=c",
    `vhost-user:a,tag=${"x".repeat(33)}`,
    "vsock:5640",
    "vsock:4294967296:1",
    "vsock:2:4294967295",
    "vsock:host:1",
    "fd:",
    "fd:-1",
    "fd:99999999999",
    "stdio:x",
    "http://host",
  ])("refuses %j", (text) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
  });

  it.each([
    "tcp://127.0.0.1:5640",
    "tcp://[::1]:80",
    "unix:/a b",
    "vhost-user:/a,tag=b",
    "vhost-user:/a,tag=b,export=c",
    "vsock:any:1",
    "vsock:3:2",
    "fd:7",
    "stdio:",
  ])("formats %s as it was", (text) => {
    expect(formatAddress(parseAddress(text))).toBe(text);
  });
});
