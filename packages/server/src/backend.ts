import type { Body, Qid, Rgetattr, Rstatfs, Tsetattr } from "@ninep/wire";
import type { DirentWriter } from "./dirent-writer.js";

/**
 * A value, or a promise of it. Returning the value is the fast path: the reply
 * then leaves on the thread and in the turn that received the request. Only an
 * operation that can block for long should return a promise.
 */
export type Awaitable<T> = T | PromiseLike<T>;

/** What Rgetattr holds; `valid` says which fields do (getattr in diod's protocol.md). */
export type Attr = Body<typeof Rgetattr>;
/** What Rstatfs holds (statfs(2)). */
export type StatFs = Body<typeof Rstatfs>;
/** What Tsetattr changes; `valid` is a bit set of the SETATTR_… constants. */
export type SetAttr = Omit<Body<typeof Tsetattr>, "fid">;

/** Who attaches to what. */
export interface AttachRequest {
  /** The tree wanted; "" is the default one. */
  readonly aname: string;
  readonly uname: string;
  /** Numeric user of the client, NO_UNAME (0xffffffff) when it sent none. */
  readonly uid: number;
}

/** Who owns a new file and what it may. */
export interface NewFile {
  /** Permission bits, and for mknod the file type too. */
  readonly mode: number;
  /** Owner: the uid of the attach, NO_UNAME when the client sent none. */
  readonly uid: number;
  /** Group, 0xffffffff when the client sent none. */
  readonly gid: number;
}

/** A device number, in Linux's major and minor. */
export interface Device {
  readonly major: number;
  readonly minor: number;
}

/** A byte range lock as Tlock and Tgetlock carry it (fcntl(2)). */
export interface LockRange {
  /** LOCK_TYPE_RDLCK, LOCK_TYPE_WRLCK or LOCK_TYPE_UNLCK. */
  readonly type: number;
  /** First byte. */
  readonly start: bigint;
  /** Bytes; 0 is up to the end of the file, however it grows. */
  readonly length: bigint;
  /** Process of the client that holds or wants it. */
  readonly procId: number;
  readonly clientId: string;
}

/**
 * A tree of files to serve. One backend may serve many sessions, but a session
 * and everything it calls run on one thread.
 *
 * Every method of a backend, its nodes and its files may throw (or reject with)
 * any error with a numeric `errno` of Linux, such as {@link Errno}: the client
 * gets that number. Any other error becomes EIO. A method that a node or file
 * does not have answers with the errno in its comment, so a read-only tree is a
 * handful of methods.
 *
 * Names that reach a backend are one component, 1 to 255 bytes, never `.` or
 * `..`, without `/` and NUL. They may hold bytes that are not UTF-8, as lone
 * surrogates (see decodeText in \@ninep/wire).
 */
export interface Backend {
  /**
   * The root of the tree `aname`, retained once for the caller.
   * Throws ENOENT for a tree there is not, EACCES for a user who may not.
   */
  attach(request: AttachRequest): Awaitable<Node>;
}

/**
 * A file of any kind, open or not: what fids point at. Many fids may share one
 * node. A node is retained once for each fid and each operation under way;
 * when the last one is released, the backend forgets it.
 *
 * Any two methods may be under way at once if one of them returned a promise.
 */
export interface Node {
  /** As of the last walk or getattr. The type never changes in a node's life. */
  readonly qid: Qid;
  /** The name it has now in its directory, "/" for the root: what Rstat shows. */
  readonly name: string;

  /** One more user. */
  retain(): void;
  /** One user less. The caller may not use the node afterwards. */
  release(): void;

  /**
   * The entry `name` of this directory, retained once for the caller.
   * Symlinks are not followed. Throws ENOENT, ENOTDIR. Missing: ENOTDIR.
   */
  walk?(name: string): Awaitable<Node>;

  /**
   * Attributes, those in `mask` (GETATTR_…) at least. Must work while the file
   * is open and after it has been renamed or unlinked.
   */
  getattr(mask: bigint): Awaitable<Attr>;

  /**
   * Changes mode, owner, size and times, as one operation: what cannot be
   * changed throws before anything is. Must work after unlink. Missing: EROFS.
   */
  setattr?(change: SetAttr): Awaitable<void>;

  /**
   * Opens the file for I/O. `flags` are L_O_… of which the session passes on
   * access mode, TRUNC, APPEND (with WRONLY only), DSYNC, SYNC, NOATIME, DIRECTORY
   * and NOFOLLOW.
   * Throws EACCES, EISDIR (a directory for writing), ENXIO (a FIFO, socket or
   * device: those are the client's own affair). Missing: EACCES.
   */
  open?(flags: number): Awaitable<OpenFile>;

  /**
   * Creates and opens a regular file in this directory. The node is retained
   * once for the caller. `flags` as in {@link open}, and EXCL. Without EXCL an
   * existing regular file is opened. Throws EEXIST. Missing: EROFS.
   */
  create?(name: string, flags: number, file: NewFile): Awaitable<{ node: Node; file: OpenFile }>;

  /** Makes a directory. Throws EEXIST. Missing: EROFS. */
  mkdir?(name: string, file: NewFile): Awaitable<Qid>;
  /** Makes a symlink; `target` is any text, never looked at. Throws EEXIST. Missing: EROFS. */
  symlink?(name: string, target: string, file: NewFile): Awaitable<Qid>;
  /** Makes a FIFO, socket, device or empty regular file. Throws EEXIST, EPERM. Missing: EROFS. */
  mknod?(name: string, file: NewFile, device: Device): Awaitable<Qid>;
  /** Gives `target` of the same backend another name here. Throws EEXIST, EXDEV. Missing: EROFS. */
  link?(target: Node, name: string): Awaitable<void>;

  /**
   * Takes an entry out of this directory: a directory when `directory`, anything
   * else when not. Nodes on it keep working. Throws ENOENT, ENOTEMPTY, EISDIR,
   * ENOTDIR. Missing: EROFS.
   */
  unlinkAt?(name: string, directory: boolean): Awaitable<void>;
  /** Takes this file out of its directory, as Tremove does. Missing: EROFS. */
  remove?(): Awaitable<void>;

  /**
   * Moves the entry `oldName` of this directory to `newName` in `newDir`, over
   * what is there. Nodes on both keep working. Throws as rename(2). Missing: EROFS.
   */
  renameAt?(oldName: string, newDir: Node, newName: string): Awaitable<void>;
  /** Moves this file, as Trename and Twstat do. Throws as rename(2). Missing: EROFS. */
  rename?(newDir: Node | undefined, newName: string): Awaitable<void>;

  /** The target of this symlink. Throws EINVAL. Missing: EINVAL. */
  readlink?(): Awaitable<string>;
  /** About the file system it is on. Missing: ENOSYS. */
  statfs?(): Awaitable<StatFs>;

  /** The value of an extended attribute. The caller owns it. Throws ENODATA. Missing: EOPNOTSUPP. */
  getXattr?(name: string): Awaitable<Uint8Array>;
  /** The names of the extended attributes. Missing: EOPNOTSUPP. */
  listXattrs?(): Awaitable<string[]>;
  /**
   * Sets an extended attribute; `flags` 0, XATTR_CREATE or XATTR_REPLACE.
   * `value` is the backend's to keep. Throws EEXIST, ENODATA. Missing: EOPNOTSUPP.
   */
  setXattr?(name: string, value: Uint8Array, flags: number): Awaitable<void>;
  /** Throws ENODATA. Missing: EOPNOTSUPP. */
  removeXattr?(name: string): Awaitable<void>;
}

/** An open file or directory: what Tlopen makes of a fid. It belongs to one fid. */
export interface OpenFile {
  /**
   * Reads into `into`, up to its length, and returns the bytes read; fewer only
   * at the end of the file. `into` is the reply itself and the backend's alone
   * until the method returns or its promise settles. Missing: EISDIR.
   */
  read?(offset: bigint, into: Uint8Array): Awaitable<number>;

  /**
   * Writes and returns the bytes written. `data` lies in the request and is
   * valid only until the method returns: a backend that writes later copies it.
   * Missing: EBADF.
   */
  write?(offset: bigint, data: Uint8Array): Awaitable<number>;

  /**
   * As {@link read} into several places in turn, such as the pages of a guest, at most 1024.
   * Missing: what is read is copied there.
   */
  readVector?(offset: bigint, into: readonly Uint8Array[]): Awaitable<number>;

  /** As {@link write} from several places, at most 1024. Missing: they are copied together first. */
  writeVector?(offset: bigint, data: readonly Uint8Array[]): Awaitable<number>;

  /**
   * Adds entries to `out`, from the one after the entry with cookie `offset` (0:
   * from the start), until `out` is full or the directory ends. The cookies are
   * the backend's own and stay valid while entries come and go. `.` and `..`
   * belong in it. Missing: ENOTDIR.
   */
  readdir?(offset: bigint, out: DirentWriter): Awaitable<void>;

  /** Returns when the file (without times, if `datasync`) is on disk. Missing: nothing to do. */
  fsync?(datasync: boolean): Awaitable<void>;

  /**
   * Sets or releases a byte range lock; never waits. Returns LOCK_SUCCESS,
   * LOCK_BLOCKED when somebody else holds it, or LOCK_ERROR. Missing: EOPNOTSUPP.
   */
  lock?(range: LockRange): Awaitable<number>;
  /** The first lock in the way of `range`, or `range` with LOCK_TYPE_UNLCK. Missing: EOPNOTSUPP. */
  getlock?(range: LockRange): Awaitable<LockRange>;

  /** The last call. Its locks end with it. An error reaches the client's Tclunk; the file is closed all the same. */
  close(): Awaitable<void>;
}
