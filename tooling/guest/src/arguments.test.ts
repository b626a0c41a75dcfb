import { expect, test } from "vitest";
import { parseArguments, UsageError } from "./arguments.js";

test("leaves what follows the script to the script", () => {
  const args = parseArguments(["-m", "512", "--file", "/a=b=c", "run.sh", "-m", "--", "x"]);
  expect(args).toMatchObject({
    action: "run",
    memory: 512,
    files: { "/a": "b=c" },
    scriptFile: "run.sh",
    args: ["-m", "--", "x"],
    command: undefined,
  });
});

test("takes a command after --", () => {
  const args = parseArguments(["--accel=tcg", "--", "ls", "-l"]);
  expect(args).toMatchObject({ accelerator: "tcg", command: ["ls", "-l"], scriptFile: undefined });
});

test("repeats what may be repeated", () => {
  const args = parseArguments(["-e", "A=1", "-e", "B=", "--module", "fuse", "--qemu-arg=-S", "s"]);
  expect(args).toMatchObject({ env: { A: "1", B: "" }, modules: ["fuse"], qemuArgs: ["-S"] });
});

test.each([["--help"], ["--prepare"], ["--support"]])("needs no script for %s", (option) => {
  expect(parseArguments([option]).action).toBe(option.slice(2));
});

test.each([
  [[], "name a script"],
  [["--"], "name a script"],
  [["--bogus", "x"], "bogus"],
  [["-m", "1G", "x"], "--memory 1G"],
  [["--network", "lan", "x"], "user or none"],
  [["--file", "/a", "x"], "--file /a"],
  [["--memory"], "memory"],
])("refuses %j", (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(message);
});
