// Exports a directory in which another file system is mounted, and prints what a client sees. Runs in a mount
// namespace of its own (unshare -m), so the mount ends with it. Usage: node mounts.mjs DIRECTORY
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import { HostFs } from "../../dist/index.js";

const [directory] = process.argv.slice(2);
process.chdir(directory);
/** Two file systems with the same inode numbers. */
for (const name of ["one", "two"]) {
  mkdirSync(name);
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", name]);
  mkdirSync(`${name}/d`);
  writeFileSync(`${name}/f`, name);
  linkSync(`${name}/f`, `${name}/g`);
}

const root = new HostFs({ root: "." }).attach();
const [one, two] = [root.walk("one"), root.walk("two")];
const pathOf = (node) => String(node.qid.path);
const codeOf = (work) => {
  try {
    work();
    return "no error";
  } catch (error) {
    return error.code;
  }
};
process.stdout.write(
  JSON.stringify({
    inodes: ["one", "two"].map((name) => statSync(`${name}/f`).ino),
    paths: [one, two].map((node) => pathOf(node.walk("f"))),
    links: [one, two].map((node) => pathOf(node.walk("g"))),
    roots: [root, one, two].map(pathOf),
    sizes: [one, two].map((node) => Number(node.walk("f").getattr(0n).size)),
    rename: codeOf(() => one.renameAt("f", two, "h")),
    link: codeOf(() => two.link(one.walk("f"), "h")),
    busy: codeOf(() => root.unlinkAt("one", true)),
  }),
);
