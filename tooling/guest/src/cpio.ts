import { Buffer } from "node:buffer";

/** One member of an initramfs archive. */
export interface CpioEntry {
  /** Path inside the archive, without a leading slash. */
  path: string;
  /** File type and permission bits, as in st_mode. */
  mode: number;
  /** Contents of a regular file; empty for a directory. */
  data?: Uint8Array;
}

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** A directory that everyone may enter. */
export function directory(path: string): CpioEntry {
  return { path, mode: S_IFDIR | 0o755 };
}

/** A regular file; `permissions` are its low nine mode bits. */
export function regularFile(path: string, data: Uint8Array | string, permissions = 0o644): CpioEntry {
  return {
    path,
    mode: S_IFREG | (permissions & 0o777),
    data: typeof data === "string" ? Buffer.from(data) : data,
  };
}

/**
 * Writes a "newc" archive, the format the kernel unpacks as an initramfs
 * (kernel: Documentation/driver-api/early-userspace/buffer-format.rst). All
 * members belong to root and carry no time, so equal input gives equal bytes.
 */
export function writeCpio(entries: Iterable<CpioEntry>): Buffer {
  const parts: Uint8Array[] = [];
  let inode = 1;
  for (const entry of entries) {
    if (entry.path === "" || entry.path.startsWith("/") || entry.path.includes("\0")) {
      throw new Error(`cannot archive ${JSON.stringify(entry.path)}: give a relative path without NUL`);
    }
    append(parts, inode, entry);
    inode += 1;
  }
  append(parts, 0, { path: "TRAILER!!!", mode: 0 });
  return Buffer.concat(parts);
}

function append(parts: Uint8Array[], inode: number, { path, mode, data }: CpioEntry): void {
  const name = Buffer.from(`${path}\0`);
  const size = data?.length ?? 0;
  const links = (mode & S_IFDIR) !== 0 ? 2 : 1;
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name.length, 0];
  const header = "070701" + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
  parts.push(Buffer.from(header), name, padding(header.length + name.length));
  if (data !== undefined) parts.push(data, padding(size));
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}
