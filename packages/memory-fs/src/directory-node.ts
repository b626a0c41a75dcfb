import { Errno, type Device, type NewFile, type Node, type OpenFile } from "@ninep/server";
import {
  L_O_ACCMODE,
  L_O_EXCL,
  L_O_RDONLY,
  L_O_TRUNC,
  NO_ID,
  S_IFCHR,
  S_IFBLK,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  type Qid,
} from "@ninep/wire";
import { DirectoryEntries } from "./directory-entries.js";
import { FileInode } from "./file-inode.js";
import { FileNode } from "./file-node.js";
import { Inode, type InodeStart } from "./inode.js";
import { MemoryNode } from "./memory-node.js";
import { OpenDirectory } from "./open-directory.js";
import { SpecialNode } from "./special-node.js";
import { SymlinkNode } from "./symlink-node.js";

/** A directory. It has one name, so its entries live here and not in an inode. */
export class DirectoryNode extends MemoryNode {
  readonly entries = new DirectoryEntries();

  constructor(inode: Inode, name: string) {
    super(inode, name);
    inode.nlink = 2;
  }

  linked(): never {
    throw new Errno("EPERM", "a directory has one name");
  }

  walk(name: string): Node {
    const node = this.find(name);
    node.retain();
    return node;
  }

  open(flags: number): OpenFile {
    if ((flags & L_O_ACCMODE) !== L_O_RDONLY || flags & L_O_TRUNC) throw new Errno("EISDIR", this.name);
    return new OpenDirectory(this);
  }

  create(name: string, flags: number, file: NewFile): { node: Node; file: OpenFile } {
    let node = this.entries.get(name);
    if (!node || flags & L_O_EXCL) {
      this.#assertVacant(name);
      node = new FileNode(new FileInode(this.inode.volume, this.#start(S_IFREG, file)), name);
      this.attach(node);
    }
    if (!(node instanceof FileNode)) throw new Errno("EEXIST", `${name} is not a regular file`);
    const opened = node.open(flags);
    node.retain();
    return { node, file: opened };
  }

  mkdir(name: string, file: NewFile): Qid {
    this.#assertVacant(name);
    const start = this.#start(S_IFDIR, file);
    const mode = start.mode | (this.inode.mode & S_ISGID);
    return this.attach(new DirectoryNode(new Inode(this.inode.volume, { ...start, mode }), name)).qid;
  }

  symlink(name: string, target: string, file: NewFile): Qid {
    this.#assertVacant(name);
    const start = this.#start(S_IFLNK, { ...file, mode: 0o777 });
    return this.attach(new SymlinkNode(new Inode(this.inode.volume, start), name, target)).qid;
  }

  mknod(name: string, file: NewFile, device: Device): Qid {
    this.#assertVacant(name);
    const kind = file.mode & S_IFMT || S_IFREG;
    const start = this.#start(kind, file);
    const { volume } = this.inode;
    switch (kind) {
      case S_IFREG:
        return this.attach(new FileNode(new FileInode(volume, start), name)).qid;
      case S_IFIFO:
      case S_IFSOCK:
        return this.attach(new SpecialNode(new Inode(volume, start), name)).qid;
      case S_IFCHR:
      case S_IFBLK:
        return this.attach(new SpecialNode(new Inode(volume, { ...start, rdev: makedev(device) }), name)).qid;
      default:
        throw new Errno("EINVAL", `mknod of type 0${kind.toString(8)}`);
    }
  }

  link(target: Node, name: string): void {
    if (!(target instanceof MemoryNode) || target.inode.volume !== this.inode.volume)
      throw new Errno("EXDEV", name);
    const node = target.linked(name);
    this.#assertVacant(name);
    if (target.inode.nlink === 0) throw new Errno("ENOENT", `${target.name} is unlinked`);
    this.attach(node);
    target.inode.ctime = target.inode.volume.now();
  }

  unlinkAt(name: string, directory: boolean): void {
    const node = this.find(name);
    if (directory && !(node instanceof DirectoryNode)) throw new Errno("ENOTDIR", name);
    if (!directory && node instanceof DirectoryNode) throw new Errno("EISDIR", name);
    this.detach(node);
  }

  renameAt(oldName: string, newDir: Node, newName: string): void {
    const { volume } = this.inode;
    if (!(newDir instanceof MemoryNode) || newDir.inode.volume !== volume) throw new Errno("EXDEV", newName);
    if (!(newDir instanceof DirectoryNode)) throw new Errno("ENOTDIR", newDir.name);
    const node = this.find(oldName);
    const there = newDir.entries.get(newName);
    volume.assertWritable();
    newDir.#assertLinked();
    if (node instanceof DirectoryNode && newDir.#isWithin(node))
      throw new Errno("EINVAL", `${oldName} cannot move below itself`);
    // Two names of one file stay two names (rename(2)).
    if (there?.inode === node.inode) return;
    if (there) assertReplaceable(there, node);

    this.#take(node);
    if (there) {
      // Its entry stays and gets the moved file: a reader of the directory sees the name once.
      if (there instanceof DirectoryNode) newDir.inode.nlink--;
      forget(there);
    }
    node.name = newName;
    newDir.#put(node);
    node.inode.ctime = volume.now();
  }

  /** The entry `name`. Throws ENOENT. */
  find(name: string): MemoryNode {
    const node = this.entries.get(name);
    if (!node) throw new Errno("ENOENT", name);
    return node;
  }

  /** Enters a new name of a file. Throws ENOSPC. */
  attach<N extends MemoryNode>(node: N): N {
    const { volume } = this.inode;
    if (volume.names >= volume.maxNames) throw new Errno("ENOSPC", `${volume.maxNames} names at most`);
    volume.names++;
    if (!(node instanceof DirectoryNode)) node.inode.nlink++;
    this.#put(node);
    return node;
  }

  /** Takes a name of a file away, as unlink(2) and rmdir(2). Throws ENOTEMPTY, EROFS. */
  detach(node: MemoryNode): void {
    this.inode.volume.assertWritable();
    if (node instanceof DirectoryNode && node.entries.size > 0) throw new Errno("ENOTEMPTY", node.name);
    this.#take(node);
    forget(node);
  }

  /** Enters `node` in the place of what has its name. */
  #put(node: MemoryNode): void {
    node.parent = this;
    this.entries.set(node);
    if (node instanceof DirectoryNode) this.inode.nlink++;
    this.inode.modified();
  }

  #take(node: MemoryNode): void {
    this.entries.delete(node.name);
    if (node instanceof DirectoryNode) this.inode.nlink--;
    this.inode.modified();
  }

  #assertVacant(name: string): void {
    if (this.entries.get(name)) throw new Errno("EEXIST", name);
    this.inode.volume.assertWritable();
    this.#assertLinked();
  }

  /** A removed directory takes no entries. */
  #assertLinked(): void {
    if (this.inode.nlink === 0) throw new Errno("ENOENT", `${this.name} is removed`);
  }

  #isWithin(ancestor: DirectoryNode): boolean {
    let at: DirectoryNode | undefined = ancestor === this ? ancestor : this.parent;
    while (at && at !== ancestor) at = at.parent;
    return at !== undefined;
  }

  /** Attributes of a new entry; below a setgid directory it gets the directory's group (inode(7)). */
  #start(kind: number, file: NewFile): InodeStart {
    const { mode, uid, gid } = this.inode;
    return {
      mode: kind | (file.mode & 0o7777),
      uid: file.uid === NO_ID ? uid : file.uid,
      gid: mode & S_ISGID || file.gid === NO_ID ? gid : file.gid,
    };
  }
}

/** Settles the accounts of a name that is gone. */
function forget(node: MemoryNode): void {
  const { inode } = node;
  node.parent = undefined;
  inode.volume.names--;
  inode.nlink = node instanceof DirectoryNode ? 0 : inode.nlink - 1;
  inode.ctime = inode.volume.now();
  inode.freeIfGone();
}

/** Throws what rename(2) throws when `node` may not take the place of `there`. */
function assertReplaceable(there: MemoryNode, node: MemoryNode): void {
  if (there instanceof DirectoryNode) {
    if (!(node instanceof DirectoryNode)) throw new Errno("EISDIR", there.name);
    if (there.entries.size > 0) throw new Errno("ENOTEMPTY", there.name);
  } else if (node instanceof DirectoryNode) {
    throw new Errno("ENOTDIR", there.name);
  }
}

/** Linux's dev_t (gnu_dev_makedev of glibc): the client takes it apart again. */
function makedev({ major, minor }: Device): bigint {
  const [big, small] = [BigInt(major), BigInt(minor)];
  return (
    ((big & 0xfffff000n) << 32n) | ((big & 0xfffn) << 8n) | ((small & 0xffffff00n) << 12n) | (small & 0xffn)
  );
}
