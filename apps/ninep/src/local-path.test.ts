import { describe, expect, test } from "vitest";
import { directoryOf, entryPath, lastName, localBytes, pathText } from "./local-path.js";

test("names that are not UTF-8 become their bytes", () => {
  const path = entryPath(Buffer.from("dir"), "a\udcffb");
  expect([...path]).toEqual([...Buffer.from("dir/a"), 0xff, 0x62]);
  expect(pathText(path)).toBe("dir/a\udcffb");
  expect(localBytes(pathText(path))).toEqual(path);
});

test.each(["", ".", "..", "/", "a/b", "../x", "/etc", "a\0b"])("%j never becomes part of a path", (name) => {
  expect(() => entryPath(Buffer.from("dir"), name)).toThrow("is not the name of a file");
});

test.each([
  ["a/b", "a", "b"],
  ["a/b/", "a", "b"],
  ["a", ".", "a"],
  ["/a", "/", "a"],
  ["/a//", "/", "a"],
])("%s is in %s and named %s", (path, directory, name) => {
  expect(directoryOf(Buffer.from(path)).toString()).toBe(directory);
  expect(lastName(path)).toBe(name);
});

describe("a path without a name", () => {
  test.each(["/", "", ".", "..", "a/..", "a/.", "a/./", "./"])("%j", (path) => {
    expect(lastName(path)).toBe("");
  });
});
