import { describe, expect, it } from "vitest";
import { AddressError, formatAddress, parseAddress } from "./address.js";

describe("parseAddress", () => {
  it.each([
    ["tcp://127.0.0.1:5640", { kind: "tcp", host: "127.0.0.1", port: 5640 }],
    ["tcp://localhost", { kind: "tcp", host: "localhost", port: 5640 }],
    ["tcp://[::1]:0", { kind: "tcp", host: "::1", port: 0 }],
    ["unix:/run/ninepd.sock", { kind: "unix", path: "/run/ninepd.sock" }],
    ["unix:relative", { kind: "unix", path: "relative" }],
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
    "fd:",
    "fd:-1",
    "fd:99999999999",
    "stdio:x",
    "http://host",
  ])("refuses %j", (text) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
  });

  it.each(["tcp://127.0.0.1:5640", "tcp://[::1]:80", "unix:/a b", "fd:7", "stdio:"])(
    "formats %s as it was",
    (text) => {
      expect(formatAddress(parseAddress(text))).toBe(text);
    },
  );
});
