import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

interface Seen {
  readonly inodes: readonly number[];
  readonly paths: readonly string[];
  readonly links: readonly string[];
  readonly roots: readonly string[];
  readonly sizes: readonly number[];
  readonly rename: string;
  readonly link: string;
  readonly busy: string;
}

const mayMount = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

it.runIf(mayMount)("file systems mounted in the export are told apart, and not moved between", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ninep-mounts-"));
  const program = fileURLToPath(new URL("testing/mounts.mjs", import.meta.url));
  const { stdout, stderr } = spawnSync("unshare", ["-m", process.execPath, program, folder], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true, force: true });
  expect(stderr).toBe("");
  const seen = JSON.parse(stdout) as Seen;
  expect(seen.inodes[0]).toBe(seen.inodes[1]);
  expect(seen.paths[0]).not.toBe(seen.paths[1]);
  expect(seen.links).toEqual(seen.paths);
  expect(new Set(seen.roots).size).toBe(3);
  expect(seen.sizes).toEqual([3, 3]);
  expect([seen.rename, seen.link, seen.busy]).toEqual(["EXDEV", "EXDEV", "EBUSY"]);
});
