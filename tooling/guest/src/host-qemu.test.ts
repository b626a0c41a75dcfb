import { expect, test } from "vitest";
import { atLeast, parseQemuVersion } from "./host-qemu.js";

test.each([
  ["QEMU emulator version 11.1.3 (Debian 1:11.1.3+ds-1~bpo13+1)\nCopyright", [11, 1]],
  ["QEMU emulator version 10.2.50 (v10.2.0-12-gabcdef)", [10, 2]],
  ["warning: something\nQEMU emulator version 7.2", [7, 2]],
])("reads %j", (text, version) => {
  expect(parseQemuVersion(text)).toEqual(version);
});

test("gives no version for anything else", () => {
  expect(parseQemuVersion("bash: qemu: not found")).toBeUndefined();
});

test("compares versions by number", () => {
  expect(atLeast([10, 2], [10, 2])).toBe(true);
  expect(atLeast([11, 0], [10, 2])).toBe(true);
  expect(atLeast([10, 1], [10, 2])).toBe(false);
  expect(atLeast([9, 9], [10, 2])).toBe(false);
});
