import { closeSync, fchmodSync, futimesSync, mkdirSync, openSync, symlinkSync, writeSync } from "node:fs";
import path from "node:path";
import { Random } from "./random.js";
import { fileSizes } from "./sizes.js";

/** Options of {@link generateTree}. */
export interface TreeOptions {
  /** Directory to make; it must not exist, its parent must. */
  root: string;
  /** How many regular files. */
  files: number;
  /** Sum of their sizes. */
  bytes: number;
  /** Another number, another tree. 1 unless given. */
  seed?: number;
}

/** What {@link generateTree} has made. */
export interface Tree {
  files: number;
  /** The root not counted. */
  directories: number;
  symlinks: number;
  bytes: number;
}

const FILES_A_PACKAGE = 48;
const FILES_A_DIRECTORY = 7;
const FILES_A_SYMLINK = 20;
const FOLDERS = ["bin", "lib", "share", "include", "etc", "libexec"];
const HASH_LETTERS = "0123456789abcdfghijklmnpqrsvwxyz";
/** Contents are cut from this much noise; a stamp at the start makes each file another one. */
const NOISE_SIZE = 1024 * 1024;

/**
 * Makes a tree like a Nix store: packages side by side, in them nested
 * directories, files of log-normal sizes, executables and symlinks. The same
 * options make the same tree, contents, modes and times included.
 * @throws NodeJS.ErrnoException when the tree cannot be written, EEXIST when it is there
 */
export function generateTree({ root, files, bytes, seed = 1 }: TreeOptions): Tree {
  const random = new Random(seed);
  const sizes = fileSizes(files, bytes, random);
  const noise = Buffer.alloc(NOISE_SIZE);
  for (let offset = 0; offset < NOISE_SIZE; offset += 4) noise.writeInt32LE(random.bits(), offset);

  mkdirSync(root);
  const tree: Tree = { files, directories: 0, symlinks: 0, bytes };
  const packages: string[] = [];
  let directories: string[] = [];
  let directory = "";
  const addDirectory = (parent: string, name: string): string => {
    const made = path.join(parent, name);
    mkdirSync(path.join(root, made), 0o755);
    tree.directories++;
    return made;
  };
  const addSymlink = (target: string, name: string): void => {
    symlinkSync(target, path.join(root, directory, name));
    tree.symlinks++;
  };

  for (const [index, size] of sizes.entries()) {
    if (index % FILES_A_PACKAGE === 0) {
      const name = `${hash(random)}-package-${packages.length}`;
      packages.push(name);
      directories = [addDirectory("", name)];
    }
    if (index % FILES_A_DIRECTORY === 0 || directories.length === 1) {
      // Below any of the package's directories: some packages get deep, some stay flat.
      const parent = directories[random.below(directories.length)]!;
      directory = addDirectory(parent, `${FOLDERS[random.below(FOLDERS.length)]!}-${index}`);
      directories.push(directory);
    }
    const executable = path.basename(directory).startsWith("bin") || random.below(12) === 0;
    const name = `file-${index}${executable ? "" : ".dat"}`;
    writeFile(path.join(root, directory, name), noise, random.below(NOISE_SIZE), size, index, executable);
    if (index % FILES_A_SYMLINK === 0) {
      addSymlink(name, `link-${index}`);
      const other = packages[random.below(packages.length)]!;
      addSymlink(path.relative(directory, other), `package-of-${index}`);
    }
  }
  return tree;
}

function writeFile(
  file: string,
  noise: Buffer,
  start: number,
  size: number,
  stamp: number,
  executable: boolean,
): void {
  const fd = openSync(file, "wx", 0o600);
  try {
    const head = Buffer.from(`${stamp}\n`).subarray(0, size);
    writeSync(fd, head);
    for (let done = head.length, offset = start; done < size; offset = 0) {
      const end = Math.min(NOISE_SIZE, offset + size - done);
      done += writeSync(fd, noise, offset, end - offset);
    }
    // Not by open: the umask would have a say in it.
    fchmodSync(fd, executable ? 0o555 : 0o444);
    futimesSync(fd, 1, 1);
  } finally {
    closeSync(fd);
  }
}

function hash(random: Random): string {
  return Array.from({ length: 32 }, () => HASH_LETTERS[random.below(HASH_LETTERS.length)]).join("");
}
