import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { firstStage, secondStage, startScript } from "./guest-init.js";
import { shellQuote } from "./shell-quote.js";

const shares = (writable: boolean) => [
  { tag: "root", directory: "/host", writable, guestPath: "/" },
  { tag: "mount1", directory: "/store", writable: false, guestPath: "/nix/it's a store" },
];

test.each([
  ["first stage", firstStage("disk", ["/etc/it's", "/opt/a b"])],
  ["first stage of a shared root", firstStage(shares(false), [])],
  ["first stage of a writable root", firstStage(shares(true), ["/run/x"])],
  ["second stage with a network", secondStage("user")],
  ["second stage without", secondStage("none")],
])("the %s is a valid shell script", (_name, script) => {
  expect(spawnSync("sh", ["-n"], { input: script, encoding: "utf8" }).stderr).toBe("");
});

test.each(["plain", "", "two words", "it's", '$HOME `x` \\ "', "line\nbreak", "*"])(
  "quotes %j as one word",
  (word) => {
    expect(execFileSync("sh", ["-c", `printf %s ${shellQuote(word)}`], { encoding: "utf8" })).toBe(word);
  },
);

test("runs a script with the shell unless it names its own interpreter", () => {
  expect(startScript("echo hi", ["a b"], {})).toMatch(/\nexec \/bin\/sh \/run\/ninep\/script 'a b'\n$/);
  expect(startScript("#!/usr/bin/python3\n", [], { N: "it's" })).toMatch(
    /\nexport N='it'\\''s'\nexec \/run\/ninep\/script\n$/,
  );
});

test("refuses what cannot name a variable", () => {
  expect(() => startScript("", [], { "a-b": "" })).toThrow('"a-b" cannot name');
});
