import { Errno } from "@ninep/server";
import { S_IFDIR, S_IFLNK, S_IFREG, encodeText } from "@ninep/wire";
import { DirectoryNode } from "./directory-node.js";
import { FileInode } from "./file-inode.js";
import { FileNode } from "./file-node.js";
import { Inode } from "./inode.js";
import type { MemoryNode } from "./memory-node.js";
import { SymlinkNode } from "./symlink-node.js";

/** A file in a tree to build: its content as text or bytes, or where a symlink leads. */
export type TreeFile = string | Uint8Array | { readonly symlink: string };

/**
 * Files by path, such as `{ "etc/motd": "hello", "tmp/": "" }`. Directories on
 * the way are made; a path that ends in `/` is an empty directory.
 */
export type TreeFiles = Readonly<Record<string, TreeFile>>;

/** Makes `files` below `root`. Throws ENOTDIR, EISDIR, EEXIST, ENOSPC. */
export function buildTree(root: DirectoryNode, files: TreeFiles): void {
  for (const [path, file] of Object.entries(files)) {
    const names = namesOf(path);
    const name = path.endsWith("/") ? undefined : names.pop();
    const directory = names.reduce(subdirectory, root);
    if (name !== undefined) put(directory, name, file);
  }
}

/** The content of a regular file. Throws ENOENT, ENOTDIR, EISDIR, EINVAL. */
export function readFile(root: DirectoryNode, path: string): Uint8Array {
  let node: MemoryNode = root;
  for (const name of namesOf(path)) {
    if (!(node instanceof DirectoryNode)) throw new Errno("ENOTDIR", path);
    node = node.find(name);
  }
  if (node instanceof DirectoryNode) throw new Errno("EISDIR", path);
  if (!(node instanceof FileNode)) throw new Errno("EINVAL", `${path} is not a regular file`);
  const bytes = new Uint8Array(node.inode.content.size);
  node.inode.content.read(0n, bytes);
  return bytes;
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

function subdirectory(parent: DirectoryNode, name: string): DirectoryNode {
  const there = parent.entries.get(name);
  if (there instanceof DirectoryNode) return there;
  if (there) throw new Errno("ENOTDIR", name);
  return parent.attach(
    new DirectoryNode(new Inode(parent.inode.volume, { ...owner, mode: S_IFDIR | 0o755 }), name),
  );
}

function put(directory: DirectoryNode, name: string, file: TreeFile): void {
  const { volume } = directory.inode;
  const there = directory.entries.get(name);
  if (typeof file === "object" && "symlink" in file) {
    if (there) throw new Errno("EEXIST", name);
    const inode = new Inode(volume, { ...owner, mode: S_IFLNK | 0o777 });
    directory.attach(new SymlinkNode(inode, name, file.symlink));
    return;
  }
  if (there && !(there instanceof FileNode)) throw new Errno("EEXIST", `${name} is not a regular file`);
  const node =
    there ?? directory.attach(new FileNode(new FileInode(volume, { ...owner, mode: S_IFREG | 0o644 }), name));
  node.inode.resize(0);
  node.inode.content.write(0n, typeof file === "string" ? encodeText(file) : file);
}

const owner = { uid: 0, gid: 0 };
