import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "./address.js";

test.each([
  ["tcp://10.0.2.2:564", { kind: "tcp", host: "10.0.2.2", port: 564 }],
  ["tcp://server", { kind: "tcp", host: "server", port: 5640 }],
  ["server:99", { kind: "tcp", host: "server", port: 99 }],
  ["[::1]:99", { kind: "tcp", host: "::1", port: 99 }],
  ["tcp://[::1]", { kind: "tcp", host: "::1", port: 5640 }],
  ["unix:/run/a b", { kind: "unix", path: "/run/a b" }],
  ["unix:///run/x", { kind: "unix", path: "/run/x" }],
  ["unix:x", { kind: "unix", path: "x" }],
])("%s is an address", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
  expect(parseAddress(formatAddress(parseAddress(text)))).toEqual(address);
});

test.each(["", "server", "unix:", "tcp://", "tcp://a:b", "a:0", "a:65536", "::1:99", "[x]:99", "http://a:1"])(
  "%j is none",
  (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ name: "AddressError" }) as Error);
  },
);
