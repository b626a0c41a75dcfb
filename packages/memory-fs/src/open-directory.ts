import { Errno, type DirentWriter, type OpenFile } from "@ninep/server";
import { DT_DIR, direntTypeOfMode } from "@ninep/wire";
import { DOT, DOT_DOT } from "./directory-entries.js";
import type { DirectoryNode } from "./directory-node.js";

/** A directory that a fid has open. It keeps no position: cookies do. */
export class OpenDirectory implements OpenFile {
  readonly #directory: DirectoryNode;
  #isOpen = true;

  constructor(directory: DirectoryNode) {
    this.#directory = directory;
    directory.retain();
    directory.inode.volume.open++;
  }

  readdir(offset: bigint, out: DirentWriter): void {
    const directory = this.#directory;
    if (directory.inode.nlink === 0) throw new Errno("ENOENT", `${directory.name} is removed`);
    directory.inode.accessed();
    if (offset < DOT && !addDirectory(out, directory, DOT, ".")) return;
    if (offset < DOT_DOT && !addDirectory(out, directory.parent ?? directory, DOT_DOT, "..")) return;
    // A cookie above 2^53 is not ours; rounding keeps it past the end.
    directory.entries.forEachAfter(Number(offset), (node, cookie) => {
      const { type, path } = node.qid;
      return out.add(type, path, BigInt(cookie), direntTypeOfMode(node.inode.mode), node.name);
    });
  }

  close(): void {
    if (!this.#isOpen) throw new Error(`directory ${this.#directory.name} is closed twice`);
    this.#isOpen = false;
    this.#directory.inode.volume.open--;
    this.#directory.release();
  }
}

function addDirectory(out: DirentWriter, node: DirectoryNode, cookie: number, name: string): boolean {
  return out.add(node.qid.type, node.qid.path, BigInt(cookie), DT_DIR, name);
}
