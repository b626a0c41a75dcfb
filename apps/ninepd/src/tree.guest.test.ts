import { lstatSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generateTree, manifestOf } from "@ninep/tree";
import { expect } from "vitest";
import { testInGuest } from "./testing/linux-client.js";

// What a package store has; without KVM a guest is busy with it for an hour or more.
const full = process.env["NINEP_GUEST_FULL"] === "1";
const { files, bytes, memory, timeout } = full
  ? { files: 27_800, bytes: 520e6, memory: 3072, timeout: 3 * 3_600_000 }
  : { files: 800, bytes: 15e6, memory: 1024, timeout: 300_000 };

testInGuest({
  name: `a tree of ${files} files, ${bytes / 1e6} MB, out and in`,
  script: "tree.sh",
  files: ["manifest.py"],
  memory,
  timeout,
  prepare: (root) => {
    generateTree({ root: path.join(root, "in"), files, bytes });
    writeFileSync(
      path.join(root, "manifest"),
      manifestOf(path.join(root, "in"))
        .map((line) => `${line}\n`)
        .join(""),
    );
    return {};
  },
  check: (root) => {
    const [before, after] = ["in", "out"].map((name) => manifestOf(path.join(root, name)));
    expect(after!.length).toBeGreaterThan(files);
    expect(after).toEqual(before);
    for (const line of after!.filter((each) => each.startsWith("f "))) {
      const file = path.join(root, "out", line.split(" ")[3]!);
      // cp -a keeps times; the generator's are second 1.
      expect(lstatSync(file).mtimeMs, file).toBe(1000);
    }
  },
});
