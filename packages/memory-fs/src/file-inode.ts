import { ByteRangeLocks } from "./byte-range-locks.js";
import { FileContent } from "./file-content.js";
import { Inode, type InodeStart } from "./inode.js";
import type { Volume } from "./volume.js";

/** A regular file: attributes, bytes and locks, shared by all its names. */
export class FileInode extends Inode {
  readonly content: FileContent;
  readonly locks = new ByteRangeLocks();

  constructor(volume: Volume, start: InodeStart) {
    super(volume, start);
    this.content = new FileContent(volume);
  }

  override size(): number {
    return this.content.size;
  }

  override allocated(): number {
    return this.content.allocated;
  }

  /** Truncates or extends it. `size` has passed checkSize. */
  resize(size: number): void {
    this.content.resize(size);
    this.dropPrivileges();
    this.modified();
  }

  protected override free(): void {
    super.free();
    this.content.resize(0);
  }
}
