import {
  AT_SYMLINK_NOFOLLOW,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  close,
  fstatfs,
  fstatx,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  openat,
  openat2,
  readlinkFd,
  statx,
} from "@ninep/linux";
import {
  Errno,
  type Attr,
  type Device,
  type NewFile,
  type Node,
  type OpenFile,
  type SetAttr,
  type StatFs,
} from "@ninep/server";
import { S_IFDIR, S_IFLNK, S_IFMT, decodeText, errno, qidTypeOfMode, type Qid } from "@ninep/wire";
import { STATX_FOR_ATTR, STATX_FOR_QID, attrOf, versionOf } from "./attributes.js";
import { createFile, makeDevice, makeDirectory, makeLink, makeSymlink } from "./create.js";
import type { FdHolder } from "./fd-cache.js";
import type { HostFile } from "./host-file.js";
import { openNode } from "./open.js";
import { renameEntry, unlinkEntry } from "./namespace.js";
import { changeAttributes } from "./set-attributes.js";
import { hostName, lastStat, type Tree } from "./tree.js";
import { changeXattr, dropXattr, xattrNames, xattrOf } from "./xattr.js";

/** Deepest chain of directories that is opened again at once; deeper nodes go stale instead. */
const MAX_REOPEN_DEPTH = 4096;
/** UTF-16 units of a path to open again: in bytes at most three times that, which is below PATH_MAX. */
const LONGEST_REOPEN = 1000;
/** What the kernel says when a path no longer leads where it did. */
const GONE: ReadonlySet<number | undefined> = new Set([errno.ENOENT, errno.ENOTDIR, errno.ELOOP]);

/**
 * A file of the export that somebody knows: where it is, which file it is, and
 * an O_PATH descriptor of it while the cache affords one. A descriptor given up
 * is opened again beneath the parent, and must be the same file. A node holds
 * its parent; rename moves one node and unlink marks one.
 */
export class HostNode implements Node, FdHolder {
  readonly tree: Tree;
  parent: HostNode | undefined;
  name: string;
  /** The file type bits of its mode: they never change. */
  readonly kind: number;
  /** qid.path: which file it is. */
  readonly path: bigint;
  /** qid.version when it was last looked at. */
  version: number;
  /** Nodes on entries of this directory, by name. */
  children: Map<string, HostNode> | undefined = undefined;
  /** The open files on this node that have a descriptor: the first of a list. */
  files: HostFile | undefined = undefined;
  /** How many files are open on this node, with a descriptor now or without. */
  openCount = 0;
  /** No name leads to it any more. */
  unlinked = false;
  fd = -1;
  slot = -1;
  recent = false;
  #pinned = false;
  /** Operations that use the descriptor right now. */
  #holds = 0;
  /** Fids, children and operations that need this node. */
  #users = 1;

  /** Takes the file that {@link lastStat} was filled from. The node is retained once. */
  constructor(tree: Tree, parent: HostNode | undefined, name: string) {
    this.tree = tree;
    this.parent = parent;
    this.name = name;
    this.kind = lastStat.mode & S_IFMT;
    this.path = tree.paths.of(lastStat.devMajor, lastStat.devMinor, lastStat.ino);
    this.version = versionOf(lastStat);
    parent?.retain();
  }

  get qid(): Qid {
    return { type: qidTypeOfMode(this.kind), version: this.version, path: this.path };
  }

  get isDirectory(): boolean {
    return this.kind === S_IFDIR;
  }

  // Life.

  retain(): void {
    this.#users++;
  }

  release(): void {
    if (--this.#users === 0) HostNode.#die(this);
  }

  /** Up the tree in a loop, not in a recursion: a chain of directories has any length. */
  static #die(last: HostNode): void {
    let dead: HostNode | undefined = last;
    while (dead) {
      const parent: HostNode | undefined = dead.parent;
      dead.#forget();
      dead = parent && --parent.#users === 0 ? parent : undefined;
    }
  }

  #forget(): void {
    if (this.parent && !this.unlinked) this.detach();
    this.#unpin();
    if (this.fd >= 0) {
      this.tree.fds.release(this);
      this.evict();
    }
  }

  /** Takes this node out of its directory's list: its name leads elsewhere now. */
  detach(): void {
    const siblings = this.parent?.children;
    if (siblings?.get(this.name) === this) siblings.delete(this.name);
  }

  /** Puts this node into its directory's list, in place of one that its name no longer leads to. */
  attach(): void {
    (this.parent!.children ??= new Map()).set(this.name, this);
  }

  /** No name leads to this file any more; fids on it go on. */
  losesName(): void {
    this.detach();
    this.unlinked = true;
  }

  /** This file has another name now. */
  moveTo(parent: HostNode, name: string): void {
    const before = this.parent!;
    this.detach();
    parent.retain();
    this.parent = parent;
    this.name = name;
    this.attach();
    before.release();
  }

  // Descriptors.

  /** True while an operation uses the descriptor. */
  get busy(): boolean {
    return this.#holds > 0;
  }

  get evictable(): boolean {
    return !this.busy && !this.#pinned && this.parent !== undefined;
  }

  evict(): void {
    close(this.fd);
    this.fd = -1;
  }

  /** Keeps the descriptor open until {@link letGo}: for the time of an operation on two nodes. */
  hold(): number {
    const fd = this.pathFd();
    this.#holds++;
    return fd;
  }

  letGo(): void {
    this.#holds--;
  }

  /** Takes over an O_PATH descriptor of this file; room for it has been reserved. */
  adopt(fd: number): void {
    this.fd = fd;
    this.tree.fds.add(this);
  }

  /**
   * Makes the node outlive its name: keeps its descriptor for good.
   * @throws Errno ENFILE when a file is open on it and too many are kept already. A node that is not open then
   *   goes stale instead.
   */
  pin(): void {
    if (this.#pinned) return;
    try {
      this.pathFd();
    } catch {
      return; // Its name leads elsewhere already: nothing to keep.
    }
    this.#pinned = this.tree.fds.pin();
    if (!this.#pinned && this.openCount > 0) throw new Errno("ENFILE", "too many open files without a name");
  }

  #unpin(): void {
    if (!this.#pinned) return;
    this.#pinned = false;
    this.tree.fds.unpin();
  }

  /** Takes {@link pin} back: the name was not removed after all. */
  unpin(): void {
    if (!this.unlinked) this.#unpin();
  }

  /**
   * A descriptor of this file, good for everything but I/O.
   * @throws Errno ESTALE when the file is no longer where it was.
   */
  pathFd(): number {
    if (this.fd >= 0) {
      this.recent = true;
      return this.fd;
    }
    if (this.files) {
      this.files.recent = true;
      return this.files.fd;
    }
    return this.#reopen();
  }

  /** Opens the file again, beneath the nearest directory above it that is open: what lies between stays closed. */
  #reopen(steps = MAX_REOPEN_DEPTH): number {
    let path = this.name;
    let from = HostNode.#reopenable(this).parent!;
    for (let left = steps; HostNode.#reopenable(from).fd < 0; left--) {
      if (left === 0) throw new Errno("ESTALE", "too deep to be found again");
      if (path.length > LONGEST_REOPEN) {
        from.#reopen(left);
        break;
      }
      path = `${from.name}/${path}`;
      from = from.parent!;
    }
    this.#openBeneath(from, path);
    return this.fd;
  }

  /** @throws Errno ESTALE for a node without a descriptor that no name leads to. */
  static #reopenable(node: HostNode): HostNode {
    if (node.fd < 0 && (node.unlinked || !node.parent)) throw new Errno("ESTALE", `${node.name} was removed`);
    return node;
  }

  /** Opens the file by a path beneath `directory`, which is open. The path must lead to this file, and not through symlinks. */
  #openBeneath(directory: HostNode, path: string): void {
    const at = directory.hold();
    try {
      this.tree.fds.reserve();
      const fd =
        path === this.name
          ? openat(at, hostName(path), O_PATH | O_NOFOLLOW, 0)
          : openat2(at, hostName(path), O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
      try {
        fstatx(fd, STATX_FOR_QID, lastStat);
        if (!this.isLastStat()) throw new Errno("ESTALE", `${path} is another file now`);
      } catch (error) {
        close(fd);
        throw error;
      }
      this.adopt(fd);
    } catch (error) {
      if (GONE.has((error as { errno?: number }).errno)) throw new Errno("ESTALE", `${path} is gone`);
      throw error;
    } finally {
      directory.letGo();
    }
  }

  /** True when {@link lastStat} is about this file. */
  isLastStat(): boolean {
    return (
      (lastStat.mode & S_IFMT) === this.kind &&
      this.tree.paths.of(lastStat.devMajor, lastStat.devMinor, lastStat.ino) === this.path
    );
  }

  // The contract.

  walk(name: string): HostNode {
    if (!this.isDirectory) throw new Errno("ENOTDIR");
    const directory = this.hold();
    try {
      const known = this.children?.get(name);
      if (known) {
        if (known.stillNamed(directory)) {
          known.version = versionOf(lastStat);
          known.retain();
          return known;
        }
        known.detach();
      }
      this.tree.fds.reserve();
      const fd = openat(directory, hostName(name), O_PATH | O_NOFOLLOW, 0);
      try {
        fstatx(fd, STATX_FOR_QID, lastStat);
        const node = new HostNode(this.tree, this, name);
        node.adopt(fd);
        node.attach();
        return node;
      } catch (error) {
        close(fd);
        throw error;
      }
    } finally {
      this.letGo();
    }
  }

  /** Looks at what has this node's name in `directory`: false when it is another file, or none. */
  stillNamed(directory: number, mask = STATX_FOR_QID): boolean {
    try {
      statx(directory, hostName(this.name), AT_SYMLINK_NOFOLLOW, mask, lastStat);
    } catch (error) {
      if ((error as { errno?: number }).errno === errno.ENOENT) return false;
      throw error;
    }
    return this.isLastStat();
  }

  /** @throws Errno ESTALE unless this node's name still leads to it, EBUSY for the root. */
  checkNamed(): HostNode {
    const { parent } = this;
    if (!parent) throw new Errno("EBUSY", "the root of the export");
    if (this.unlinked || !this.stillNamed(parent.pathFd())) throw new Errno("ESTALE", `${this.name} is gone`);
    return parent;
  }

  getattr(mask: bigint): Attr {
    this.#look();
    this.version = versionOf(lastStat);
    return attrOf(lastStat, this.qid, mask);
  }

  /** Fills {@link lastStat}. By name when no descriptor is open: to look is no reason to open one. */
  #look(): void {
    const { parent } = this;
    if (this.fd >= 0 || this.files || this.unlinked || !parent || parent.fd < 0) {
      fstatx(this.pathFd(), STATX_FOR_ATTR, lastStat);
    } else if (!this.stillNamed(parent.pathFd(), STATX_FOR_ATTR)) {
      throw new Errno("ESTALE", `${this.name} is gone`);
    }
  }

  setattr(change: SetAttr): void {
    changeAttributes(this, change);
  }

  open(flags: number): OpenFile {
    return openNode(this, flags);
  }

  create(name: string, flags: number, file: NewFile): { node: HostNode; file: OpenFile } {
    return createFile(this, name, flags, file);
  }

  mkdir(name: string, file: NewFile): Qid {
    return makeDirectory(this, name, file);
  }

  symlink(name: string, target: string, file: NewFile): Qid {
    return makeSymlink(this, name, target, file);
  }

  mknod(name: string, file: NewFile, device: Device): Qid {
    return makeDevice(this, name, file, device);
  }

  link(target: Node, name: string): void {
    makeLink(this, this.#ofThisTree(target), name);
  }

  unlinkAt(name: string, directory: boolean): void {
    unlinkEntry(this, name, directory);
  }

  remove(): void {
    unlinkEntry(this.checkNamed(), this.name, this.isDirectory);
  }

  renameAt(oldName: string, newDir: Node, newName: string): void {
    renameEntry(this, oldName, this.#ofThisTree(newDir), newName);
  }

  rename(newDir: Node | undefined, newName: string): void {
    const parent = this.checkNamed();
    renameEntry(parent, this.name, newDir ? this.#ofThisTree(newDir) : parent, newName);
  }

  readlink(): string {
    // The kernel says ENOENT of what is no symlink when it is asked by descriptor (readlinkat(2)).
    if (this.kind !== S_IFLNK) throw new Errno("EINVAL", `${this.name} is not a symlink`);
    const target = readlinkFd(this.pathFd());
    return decodeText(target, 0, target.length);
  }

  statfs(): StatFs {
    return fstatfs(this.pathFd());
  }

  getXattr(name: string): Uint8Array {
    return xattrOf(this, name);
  }

  listXattrs(): string[] {
    return xattrNames(this);
  }

  setXattr(name: string, value: Uint8Array, flags: number): void {
    changeXattr(this, name, value, flags);
  }

  removeXattr(name: string): void {
    dropXattr(this, name);
  }

  #ofThisTree(node: Node): HostNode {
    if (node instanceof HostNode && node.tree === this.tree) return node;
    throw new Errno("EXDEV");
  }

  /** A descriptor of this directory that can be read. */
  openDirectory(): number {
    const fd = this.hold();
    try {
      this.tree.fds.reserve();
      return openat(fd, ".", O_RDONLY | O_DIRECTORY, 0);
    } finally {
      this.letGo();
    }
  }
}
