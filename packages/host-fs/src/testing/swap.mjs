// Swaps things in a directory as fast as it can, until it is killed: what a hostile or careless process on the host
// may do while a client walks there. Usage: node swap.mjs symlink|fifo DIRECTORY
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";

const [kind, directory] = process.argv.slice(2);
process.chdir(directory);
if (kind === "symlink") {
  mkdirSync("good");
  writeFileSync("good/secret", "inside");
  symlinkSync("../outside", "bad");
} else {
  writeFileSync("good", "inside");
  execFileSync("mkfifo", ["bad"]);
}
process.stdout.write("ready\n");
for (;;) {
  renameSync("good", "swapped");
  renameSync("swapped", "good");
  renameSync("bad", "swapped");
  renameSync("swapped", "bad");
}
