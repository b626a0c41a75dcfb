import { homedir } from "node:os";
import { expect, test } from "vitest";
import { cacheDirectory } from "./cache-directory.js";

test("prefers its own variable, then XDG's, then the home directory", () => {
  expect(cacheDirectory({ NINEP_GUEST_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheDirectory({ NINEP_GUEST_CACHE: "", XDG_CACHE_HOME: "/b" })).toBe("/b/ninep/guest");
  expect(cacheDirectory({ XDG_CACHE_HOME: "relative" })).toBe(`${homedir()}/.cache/ninep/guest`);
});
