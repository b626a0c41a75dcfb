import { Errno, type Attr, type Node, type SetAttr, type StatFs } from "@ninep/server";
import type { Qid } from "@ninep/wire";
import type { DirectoryNode } from "./directory-node.js";
import { statFsOf, type Inode } from "./inode.js";
import { setAttributes } from "./set-attributes.js";

/**
 * One name of a file, and what every kind of file can do. Its directory holds
 * it, so walking twice to a name gives one node; a hard link is a second node
 * over the same inode. Rename changes `parent` and `name`, unlink clears `parent`.
 */
export abstract class MemoryNode implements Node {
  readonly inode: Inode;
  /** The directory it is in; undefined for the root and once unlinked. */
  parent: DirectoryNode | undefined;
  name: string;

  constructor(inode: Inode, name: string) {
    this.inode = inode;
    this.name = name;
  }

  /** Another name for the same file. Throws EPERM for a directory. */
  abstract linked(name: string): MemoryNode;

  get qid(): Qid {
    return this.inode.qid;
  }

  retain(): void {
    this.inode.retain();
  }

  release(): void {
    this.inode.release();
  }

  getattr(): Attr {
    return this.inode.attr();
  }

  setattr(change: SetAttr): void {
    setAttributes(this.inode, change);
  }

  statfs(): StatFs {
    return statFsOf(this.inode.volume);
  }

  remove(): void {
    this.#directory().detach(this);
  }

  rename(newDir: Node | undefined, newName: string): void {
    const from = this.#directory();
    from.renameAt(this.name, newDir ?? from, newName);
  }

  getXattr(name: string): Uint8Array {
    return this.inode.xattrs.get(name);
  }

  listXattrs(): string[] {
    return this.inode.xattrs.names();
  }

  setXattr(name: string, value: Uint8Array, flags: number): void {
    this.inode.volume.assertWritable();
    this.inode.xattrs.set(name, value, flags);
    this.inode.ctime = this.inode.volume.now();
  }

  removeXattr(name: string): void {
    this.inode.volume.assertWritable();
    this.inode.xattrs.remove(name);
    this.inode.ctime = this.inode.volume.now();
  }

  /** The directory that has this name. Throws EBUSY for the root, ENOENT once it is unlinked. */
  #directory(): DirectoryNode {
    if (this.parent) return this.parent;
    throw this.inode.nlink > 0 && this.name === "/"
      ? new Errno("EBUSY", "the root stays where it is")
      : new Errno("ENOENT", `${this.name} is unlinked`);
  }
}
