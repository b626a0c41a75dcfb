import type { Attr, StatFs } from "@ninep/server";
import {
  GETATTR_BASIC,
  GETATTR_BTIME,
  GETATTR_DATA_VERSION,
  S_IFMT,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  qidTypeOfMode,
  type Qid,
  type Timespec,
} from "@ninep/wire";
import type { Volume } from "./volume.js";
import { Xattrs } from "./xattrs.js";

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const S_IXGRP = 0o010;
const BLOCK_SIZE = 4096;

/** What a new file starts with. */
export interface InodeStart {
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Linux's device number (makedev(3)), for devices. */
  readonly rdev?: bigint;
}

/**
 * A file itself, whatever names it has: its attributes. Contents are with
 * those who have some: FileInode, DirectoryNode, SymlinkNode.
 */
export class Inode {
  readonly volume: Volume;
  /** qid.path, and the inode number that the client shows. */
  readonly number: bigint;
  readonly xattrs: Xattrs;
  readonly rdev: bigint;
  readonly btime: bigint;
  /** File type and permission bits; the type never changes. */
  mode: number;
  uid: number;
  gid: number;
  /** Names, or for a directory 2 and its subdirectories; 0 once it is unlinked. */
  nlink = 0;
  atime: bigint;
  mtime: bigint;
  ctime: bigint;
  #version = 1;
  #users = 0;

  constructor(volume: Volume, start: InodeStart) {
    this.volume = volume;
    this.number = volume.nextInode();
    this.xattrs = new Xattrs(volume);
    this.mode = start.mode;
    this.uid = start.uid;
    this.gid = start.gid;
    this.rdev = start.rdev ?? 0n;
    this.atime = this.mtime = this.ctime = this.btime = volume.now();
  }

  get qid(): Qid {
    return { type: qidTypeOfMode(this.mode), version: this.#version, path: this.number };
  }

  get isRegular(): boolean {
    return (this.mode & S_IFMT) === S_IFREG;
  }

  /** Bytes of content. */
  size(): number {
    return 0;
  }

  /** Bytes of memory that the content takes. */
  allocated(): number {
    return 0;
  }

  /** The content changed. The version is never 0: Linux takes that for "do not cache". */
  modified(): void {
    this.#version = this.#version === 0xffffffff ? 1 : this.#version + 1;
    this.mtime = this.ctime = this.volume.now();
  }

  /** The content was read. As with relatime, at most one update a day and change (mount(8)). */
  accessed(): void {
    if (this.atime > this.mtime && this.atime > this.ctime && this.mtime + DAY > this.atime) return;
    if (!this.volume.readOnly) this.atime = this.volume.now();
  }

  /** Another wrote or owns it: it no longer runs with the owner's rights (setattr_prepare of Linux). */
  dropPrivileges(): void {
    if (!this.isRegular) return;
    this.mode &= ~S_ISUID;
    if (this.mode & S_IXGRP) this.mode &= ~S_ISGID;
    this.xattrs.drop("security.capability");
  }

  retain(): void {
    this.#users++;
    this.volume.retained++;
  }

  release(): void {
    if (this.#users === 0) throw new Error(`file ${this.number} is released more often than retained`);
    this.#users--;
    this.volume.retained--;
    this.freeIfGone();
  }

  /** Gives its memory back once it has neither a name nor a user. */
  freeIfGone(): void {
    if (this.nlink === 0 && this.#users === 0) this.free();
  }

  protected free(): void {
    this.xattrs.clear();
  }

  attr(): Attr {
    return {
      valid: GETATTR_BASIC | GETATTR_BTIME | GETATTR_DATA_VERSION,
      qid: this.qid,
      mode: this.mode,
      uid: this.uid,
      gid: this.gid,
      nlink: BigInt(this.nlink),
      rdev: this.rdev,
      size: BigInt(this.size()),
      blksize: BigInt(BLOCK_SIZE),
      blocks: BigInt(Math.ceil(this.allocated() / 512)),
      atime: timespecOf(this.atime),
      mtime: timespecOf(this.mtime),
      ctime: timespecOf(this.ctime),
      btime: timespecOf(this.btime),
      gen: 0n,
      dataVersion: BigInt(this.#version),
    };
  }
}

/** What statfs(2) says of a volume. */
export function statFsOf(volume: Volume): StatFs {
  const blocks = BigInt(Math.ceil(volume.maxBytes / BLOCK_SIZE));
  const free = blocks - BigInt(Math.ceil(volume.bytes / BLOCK_SIZE));
  return {
    type: 0x01021997, // V9FS_MAGIC of linux/magic.h
    bsize: BLOCK_SIZE,
    blocks,
    bfree: free,
    bavail: free,
    files: BigInt(volume.maxNames),
    ffree: BigInt(volume.maxNames - volume.names),
    fsid: 0n,
    namelen: 255,
  };
}

/** Times before 1970 have negative seconds, which u64 carries as two's complement. */
function timespecOf(ns: bigint): Timespec {
  const nsec = ((ns % SECOND) + SECOND) % SECOND;
  return { sec: BigInt.asUintN(64, (ns - nsec) / SECOND), nsec };
}

/** Nanoseconds since 1970 of a Tsetattr time. */
export function nanosecondsOf(time: Timespec): bigint {
  return BigInt.asIntN(64, time.sec) * SECOND + time.nsec;
}
