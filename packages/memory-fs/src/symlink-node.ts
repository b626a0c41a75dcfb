import { Errno } from "@ninep/server";
import { encodeText } from "@ninep/wire";
import type { Inode } from "./inode.js";
import { MemoryNode } from "./memory-node.js";

/** A name of a symlink. Its target is text for the client to follow. */
export class SymlinkNode extends MemoryNode {
  readonly #target: string;

  constructor(inode: Inode, name: string, target: string) {
    super(inode, name);
    this.#target = target;
  }

  linked(name: string): SymlinkNode {
    return new SymlinkNode(this.inode, name, this.#target);
  }

  /** As open(2) with O_NOFOLLOW. */
  open(): never {
    throw new Errno("ELOOP", this.name);
  }

  override getattr() {
    return { ...super.getattr(), size: BigInt(encodeText(this.#target).length) };
  }

  readlink(): string {
    this.inode.accessed();
    return this.#target;
  }
}
