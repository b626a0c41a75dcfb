import { Errno, type OpenFile } from "@ninep/server";
import { L_O_ACCMODE, L_O_DIRECTORY, L_O_RDONLY, L_O_TRUNC } from "@ninep/wire";
import type { FileInode } from "./file-inode.js";
import { MemoryNode } from "./memory-node.js";
import { OpenRegularFile } from "./open-regular-file.js";

/** A name of a regular file. */
export class FileNode extends MemoryNode {
  override readonly inode: FileInode;

  constructor(inode: FileInode, name: string) {
    super(inode, name);
    this.inode = inode;
  }

  linked(name: string): FileNode {
    return new FileNode(this.inode, name);
  }

  open(flags: number): OpenFile {
    if (flags & L_O_DIRECTORY) throw new Errno("ENOTDIR", this.name);
    if ((flags & L_O_ACCMODE) !== L_O_RDONLY || flags & L_O_TRUNC) this.inode.volume.assertWritable();
    if (flags & L_O_TRUNC) this.inode.resize(0);
    return new OpenRegularFile(this.inode, flags);
  }
}
