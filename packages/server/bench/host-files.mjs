// The files under test, as the host sees them.
import { closeSync, openSync, readSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Every regular file of a tree as the names that lead to it. */
export function filesOf(root) {
  const files = [];
  const visit = (folder, names) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const at = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(at, [...names, entry.name]);
      else if (entry.isFile()) files.push([...names, entry.name]);
    }
  };
  visit(root, []);
  return files;
}

/** Reads every file, so that no server waits for the disk. */
export function warm(root, files) {
  const buffer = Buffer.alloc(1 << 20);
  for (const names of files) {
    const fd = openSync(path.join(root, ...names), "r");
    while (readSync(fd, buffer) > 0);
    closeSync(fd);
  }
}

/** A file of `megabytes` in a tree; returns its name. */
export function makeBigFile(root, megabytes) {
  const name = "big-file";
  const piece = Buffer.alloc(1_000_000, "ninep ");
  for (let i = 0; i < megabytes; i++) writeFileSync(path.join(root, name), piece, { flag: "a" });
  return name;
}
