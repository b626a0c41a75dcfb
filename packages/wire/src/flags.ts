// Kinds of file in qid.type (intro(5); P9_QT* in include/net/9p/9p.h).
/** A directory. */
export const QTDIR = 0x80;
/** A file that is only appended to. */
export const QTAPPEND = 0x40;
/** A file that one fid at a time may have open. */
export const QTEXCL = 0x20;
/** A mounted channel; a server never sends it. */
export const QTMOUNT = 0x10;
/** An authentication file, from Tauth. */
export const QTAUTH = 0x08;
/** A file that backups leave out. */
export const QTTMP = 0x04;
/** A symbolic link (9P2000.u). */
export const QTSYMLINK = 0x02;
/** A hard link (9P2000.u). */
export const QTLINK = 0x01;
/** A plain file: no bit is set. */
export const QTFILE = 0x00;

// Bits of Stat.mode above the permissions (stat(5); 9P2000.u for those after DMTMP).
/** A directory. */
export const DMDIR = 0x80000000;
/** Only appended to. */
export const DMAPPEND = 0x40000000;
/** One fid at a time may have it open. */
export const DMEXCL = 0x20000000;
/** A mounted channel; a server never sends it. */
export const DMMOUNT = 0x10000000;
/** An authentication file. */
export const DMAUTH = 0x08000000;
/** Left out of backups. */
export const DMTMP = 0x04000000;
/** A symbolic link; the extension is its target. */
export const DMSYMLINK = 0x02000000;
/** A hard link. */
export const DMLINK = 0x01000000;
/** A device; the extension is "b 8 0" or "c 1 3". */
export const DMDEVICE = 0x00800000;
/** A FIFO. */
export const DMNAMEDPIPE = 0x00200000;
/** A Unix socket. */
export const DMSOCKET = 0x00100000;
/** Set-user-ID. */
export const DMSETUID = 0x00080000;
/** Set-group-ID. */
export const DMSETGID = 0x00040000;
/** Sticky (P9_DMSETVTX). */
export const DMSETVTX = 0x00010000;

// Modes of Topen and Tcreate (open(5)).
/** Open to read. */
export const OREAD = 0;
/** Open to write. */
export const OWRITE = 1;
/** Open to read and write. */
export const ORDWR = 2;
/** Open to execute: as to read, with the execute permission. */
export const OEXEC = 3;
/** Also truncate. */
export const OTRUNC = 0x10;
/** Close on exec; of no meaning to a server. */
export const OCEXEC = 0x20;
/** Also remove the file when its fid is clunked. */
export const ORCLOSE = 0x40;
/** 9P2000.u: write at the end only (P9_OAPPEND, sent by Linux for O_APPEND). */
export const OAPPEND = 0x80;
/** Of create(2) only: the mode of Tcreate is one byte, so it never travels. */
export const OEXCL = 0x1000;

// Flags of Tlopen and Tlcreate: numbers of the protocol, equal on every host (P9_DOTL_* in 9p.h).
/** Open to read. */
export const L_O_RDONLY = 0o0;
/** Open to write. */
export const L_O_WRONLY = 0o1;
/** Open to read and write. */
export const L_O_RDWR = 0o2;
/** The bits that hold one of the three above. */
export const L_O_ACCMODE = 0o3;
/** Create the file when it is missing; implied by Tlcreate. */
export const L_O_CREAT = 0o100;
/** Fail with EEXIST when it is there. */
export const L_O_EXCL = 0o200;
/** Of no meaning to a server. */
export const L_O_NOCTTY = 0o400;
/** Truncate to 0 bytes. */
export const L_O_TRUNC = 0o1000;
/** Write at the end only. */
export const L_O_APPEND = 0o2000;
/** Do not wait. */
export const L_O_NONBLOCK = 0o4000;
/** Each write reaches the disk, without all of its metadata. */
export const L_O_DSYNC = 0o10000;
/** Of no meaning to a server. */
export const L_O_FASYNC = 0o20000;
/** Past the page cache. */
export const L_O_DIRECT = 0o40000;
/** Set by 32-bit and, in practice, all Linux clients; of no meaning. */
export const L_O_LARGEFILE = 0o100000;
/** Fail with ENOTDIR unless it is a directory. */
export const L_O_DIRECTORY = 0o200000;
/** Fail with ELOOP on a symbolic link. */
export const L_O_NOFOLLOW = 0o400000;
/** Leave the time of the last read alone. */
export const L_O_NOATIME = 0o1000000;
/** Of no meaning to a server. */
export const L_O_CLOEXEC = 0o2000000;
/** Each write reaches the disk; L_O_DSYNC comes with it. */
export const L_O_SYNC = 0o4000000;

// What Tgetattr asks for and Rgetattr holds (P9_STATS_*).
/** Rgetattr.mode. */
export const GETATTR_MODE = 0x0001n;
/** Rgetattr.nlink. */
export const GETATTR_NLINK = 0x0002n;
/** Rgetattr.uid. */
export const GETATTR_UID = 0x0004n;
/** Rgetattr.gid. */
export const GETATTR_GID = 0x0008n;
/** Rgetattr.rdev. */
export const GETATTR_RDEV = 0x0010n;
/** Rgetattr.atime. */
export const GETATTR_ATIME = 0x0020n;
/** Rgetattr.mtime. */
export const GETATTR_MTIME = 0x0040n;
/** Rgetattr.ctime. */
export const GETATTR_CTIME = 0x0080n;
/** The inode number: Rgetattr.qid.path. */
export const GETATTR_INO = 0x0100n;
/** Rgetattr.size. */
export const GETATTR_SIZE = 0x0200n;
/** Rgetattr.blocks, of 512 bytes. */
export const GETATTR_BLOCKS = 0x0400n;
/** Rgetattr.btime, when the file was made. */
export const GETATTR_BTIME = 0x0800n;
/** Rgetattr.gen, the generation of the inode. */
export const GETATTR_GEN = 0x1000n;
/** Rgetattr.dataVersion. */
export const GETATTR_DATA_VERSION = 0x2000n;
/** All that stat(2) reports. */
export const GETATTR_BASIC = 0x07ffn;
/** Every bit above. */
export const GETATTR_ALL = 0x3fffn;

// What Tsetattr changes (P9_ATTR_*).
/** Set mode. */
export const SETATTR_MODE = 0x001;
/** Set uid. */
export const SETATTR_UID = 0x002;
/** Set gid. */
export const SETATTR_GID = 0x004;
/** Truncate or extend to size. */
export const SETATTR_SIZE = 0x008;
/** Set atime. */
export const SETATTR_ATIME = 0x010;
/** Set mtime. */
export const SETATTR_MTIME = 0x020;
/** Set ctime to now. */
export const SETATTR_CTIME = 0x040;
/** With SETATTR_ATIME: set to the time given, not to now. */
export const SETATTR_ATIME_SET = 0x080;
/** With SETATTR_MTIME: set to the time given, not to now. */
export const SETATTR_MTIME_SET = 0x100;

// Tlock (P9_LOCK_*).
/** A shared lock. */
export const LOCK_TYPE_RDLCK = 0;
/** An exclusive lock. */
export const LOCK_TYPE_WRLCK = 1;
/** No lock: unlock in Tlock, none in the way in Rgetlock. */
export const LOCK_TYPE_UNLCK = 2;
/** The client would wait; it asks again on LOCK_BLOCKED. */
export const LOCK_FLAGS_BLOCK = 1;
/** Reserved. */
export const LOCK_FLAGS_RECLAIM = 2;
/** Rlock: the lock is held. */
export const LOCK_SUCCESS = 0;
/** Rlock: another lock is in the way. */
export const LOCK_BLOCKED = 1;
/** Rlock: it failed; Linux makes it ENOLCK. */
export const LOCK_ERROR = 2;
/** Rlock: the server is in its grace period; Linux makes it ENOLCK. */
export const LOCK_GRACE = 3;

// Txattrcreate (xattr.h).
/** Fail with EEXIST when the attribute is there. */
export const XATTR_CREATE = 1;
/** Fail with ENODATA when it is not. */
export const XATTR_REPLACE = 2;

/** Tunlinkat of a directory (AT_REMOVEDIR of Linux). */
export const UNLINKAT_REMOVEDIR = 0x200;

// Entry types in Rreaddir: Linux's DT_* (readdir(3)).
/** The client must ask. */
export const DT_UNKNOWN = 0;
/** A FIFO. */
export const DT_FIFO = 1;
/** A character device. */
export const DT_CHR = 2;
/** A directory. */
export const DT_DIR = 4;
/** A block device. */
export const DT_BLK = 6;
/** A plain file. */
export const DT_REG = 8;
/** A symbolic link. */
export const DT_LNK = 10;
/** A Unix socket. */
export const DT_SOCK = 12;

// File type bits of a mode (inode(7)); the same on every Linux.
/** The bits that hold one of the seven below. */
export const S_IFMT = 0o170000;
/** A Unix socket. */
export const S_IFSOCK = 0o140000;
/** A symbolic link. */
export const S_IFLNK = 0o120000;
/** A plain file. */
export const S_IFREG = 0o100000;
/** A block device. */
export const S_IFBLK = 0o060000;
/** A directory. */
export const S_IFDIR = 0o040000;
/** A character device. */
export const S_IFCHR = 0o020000;
/** A FIFO. */
export const S_IFIFO = 0o010000;
/** Set-user-ID. */
export const S_ISUID = 0o4000;
/** Set-group-ID. */
export const S_ISGID = 0o2000;
/** Sticky: only owners remove files from the directory. */
export const S_ISVTX = 0o1000;

/** The qid.type of a file with this mode. */
export function qidTypeOfMode(mode: number): number {
  const kind = mode & S_IFMT;
  return kind === S_IFDIR ? QTDIR : kind === S_IFLNK ? QTSYMLINK : QTFILE;
}

/** The entry type in Rreaddir of a file with this mode. */
export function direntTypeOfMode(mode: number): number {
  return (mode & S_IFMT) >>> 12;
}
