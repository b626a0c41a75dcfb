import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";

/**
 * One line for each entry below `root`, sorted by bytes: `d MODE PATH`,
 * `l TARGET PATH` or `f MODE SHA256 PATH`. Two trees with equal manifests are
 * equal but for owners and times.
 * @throws Error on anything but directories, symlinks and regular files
 */
export function manifestOf(root: string): string[] {
  const lines: string[] = [];
  const pending = [""];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const name of readdirSync(path.join(root, directory))) {
      const entry = path.join(directory, name);
      lines.push(lineOf(root, entry));
      if (lines.at(-1)!.startsWith("d")) pending.push(entry);
    }
  }
  return lines
    .map((line) => Buffer.from(line))
    .sort((a, b) => a.compare(b))
    .map(String);
}

function lineOf(root: string, entry: string): string {
  const file = path.join(root, entry);
  const stat = lstatSync(file);
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
  if (stat.isDirectory()) return `d ${mode} ${entry}`;
  if (stat.isSymbolicLink()) return `l ${readlinkSync(file)} ${entry}`;
  if (!stat.isFile()) throw new Error(`${file} is neither a directory nor a symlink nor a regular file`);
  return `f ${mode} ${createHash("sha256").update(readFileSync(file)).digest("hex")} ${entry}`;
}
