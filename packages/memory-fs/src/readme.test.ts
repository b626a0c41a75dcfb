import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("prints what the README says", () => {
  const folder = new URL("..", import.meta.url);
  const [, code] = /```js\n(.*?)```/s.exec(readFileSync(new URL("README.md", folder), "utf8")) ?? [];
  const expected = [...code!.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, printed]) => printed);
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", code!], { cwd: folder });
  expect(printed.toString().trimEnd().split("\n")).toEqual(expected);
});
