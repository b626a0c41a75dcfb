// Kinds of file in qid.type (intro(5); P9_QT* in include/net/9p/9p.h).
export const QTDIR = 0x80;
export const QTAPPEND = 0x40;
export const QTEXCL = 0x20;
export const QTMOUNT = 0x10;
export const QTAUTH = 0x08;
export const QTTMP = 0x04;
export const QTSYMLINK = 0x02;
export const QTLINK = 0x01;
export const QTFILE = 0x00;

// Bits of Stat.mode above the permissions (stat(5); 9P2000.u for those after DMTMP).
export const DMDIR = 0x80000000;
export const DMAPPEND = 0x40000000;
export const DMEXCL = 0x20000000;
export const DMMOUNT = 0x10000000;
export const DMAUTH = 0x08000000;
export const DMTMP = 0x04000000;
export const DMSYMLINK = 0x02000000;
export const DMLINK = 0x01000000;
export const DMDEVICE = 0x00800000;
export const DMNAMEDPIPE = 0x00200000;
export const DMSOCKET = 0x00100000;
export const DMSETUID = 0x00080000;
export const DMSETGID = 0x00040000;
export const DMSETVTX = 0x00010000;

// Modes of Topen and Tcreate (open(5)).
export const OREAD = 0;
export const OWRITE = 1;
export const ORDWR = 2;
export const OEXEC = 3;
export const OTRUNC = 0x10;
export const OCEXEC = 0x20;
export const ORCLOSE = 0x40;
/** 9P2000.u: write at the end only (P9_OAPPEND, sent by Linux for O_APPEND). */
export const OAPPEND = 0x80;
/** Of create(2) only: the mode of Tcreate is one byte, so it never travels. */
export const OEXCL = 0x1000;

// Flags of Tlopen and Tlcreate: numbers of the protocol, equal on every host (P9_DOTL_* in 9p.h).
export const L_O_RDONLY = 0o0;
export const L_O_WRONLY = 0o1;
export const L_O_RDWR = 0o2;
export const L_O_ACCMODE = 0o3;
export const L_O_CREAT = 0o100;
export const L_O_EXCL = 0o200;
export const L_O_NOCTTY = 0o400;
export const L_O_TRUNC = 0o1000;
export const L_O_APPEND = 0o2000;
export const L_O_NONBLOCK = 0o4000;
export const L_O_DSYNC = 0o10000;
export const L_O_FASYNC = 0o20000;
export const L_O_DIRECT = 0o40000;
export const L_O_LARGEFILE = 0o100000;
export const L_O_DIRECTORY = 0o200000;
export const L_O_NOFOLLOW = 0o400000;
export const L_O_NOATIME = 0o1000000;
export const L_O_CLOEXEC = 0o2000000;
export const L_O_SYNC = 0o4000000;

// What Tgetattr asks for and Rgetattr holds (P9_STATS_*).
export const GETATTR_MODE = 0x0001n;
export const GETATTR_NLINK = 0x0002n;
export const GETATTR_UID = 0x0004n;
export const GETATTR_GID = 0x0008n;
export const GETATTR_RDEV = 0x0010n;
export const GETATTR_ATIME = 0x0020n;
export const GETATTR_MTIME = 0x0040n;
export const GETATTR_CTIME = 0x0080n;
export const GETATTR_INO = 0x0100n;
export const GETATTR_SIZE = 0x0200n;
export const GETATTR_BLOCKS = 0x0400n;
export const GETATTR_BTIME = 0x0800n;
export const GETATTR_GEN = 0x1000n;
export const GETATTR_DATA_VERSION = 0x2000n;
/** All that stat(2) reports. */
export const GETATTR_BASIC = 0x07ffn;
export const GETATTR_ALL = 0x3fffn;

// What Tsetattr changes (P9_ATTR_*).
export const SETATTR_MODE = 0x001;
export const SETATTR_UID = 0x002;
export const SETATTR_GID = 0x004;
export const SETATTR_SIZE = 0x008;
export const SETATTR_ATIME = 0x010;
export const SETATTR_MTIME = 0x020;
export const SETATTR_CTIME = 0x040;
/** With SETATTR_ATIME: set to the time given, not to now. */
export const SETATTR_ATIME_SET = 0x080;
/** With SETATTR_MTIME: set to the time given, not to now. */
export const SETATTR_MTIME_SET = 0x100;

// Tlock (P9_LOCK_*).
export const LOCK_TYPE_RDLCK = 0;
export const LOCK_TYPE_WRLCK = 1;
export const LOCK_TYPE_UNLCK = 2;
export const LOCK_FLAGS_BLOCK = 1;
export const LOCK_FLAGS_RECLAIM = 2;
export const LOCK_SUCCESS = 0;
export const LOCK_BLOCKED = 1;
export const LOCK_ERROR = 2;
export const LOCK_GRACE = 3;

// Txattrcreate (xattr.h).
export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;

/** Tunlinkat of a directory (AT_REMOVEDIR of Linux). */
export const UNLINKAT_REMOVEDIR = 0x200;

// Entry types in Rreaddir: Linux's DT_* (readdir(3)).
export const DT_UNKNOWN = 0;
export const DT_FIFO = 1;
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_BLK = 6;
export const DT_REG = 8;
export const DT_LNK = 10;
export const DT_SOCK = 12;

// File type bits of a mode (inode(7)); the same on every Linux.
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
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
