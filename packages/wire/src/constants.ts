/** The version string of plain 9P2000 (version(5)). */
export const VERSION_9P2000 = "9P2000";
/** The version string of 9P2000 with Unix fields (rfc9p2000.u). */
export const VERSION_9P2000_U = "9P2000.u";
/** The version string of Linux's dialect (diod's protocol.md). */
export const VERSION_9P2000_L = "9P2000.L";

/** A dialect of the protocol. 9P2000.u adds Unix fields to 9P2000; 9P2000.L is Linux's own. */
export type Dialect = typeof VERSION_9P2000 | typeof VERSION_9P2000_U | typeof VERSION_9P2000_L;

/** size[4] type[1] tag[2]: the header of every message (intro(5)). */
export const HEADER_SIZE = 7;
/** Header and count[4] of Rread and Rreaddir: where their payload starts. */
export const READ_HEADER_SIZE = HEADER_SIZE + 4;
/** Header, fid[4], offset[8] and count[4] of Twrite: where its payload starts. */
export const WRITE_HEADER_SIZE = HEADER_SIZE + 16;
/**
 * What a client leaves of msize for the header of Tread, Twrite and Treaddir:
 * a payload is at most msize - 24 bytes (P9_IOHDRSZ in include/net/9p/9p.h).
 */
export const IO_HEADER_SIZE = 24;
/** The smallest msize that can carry any header, error and a short name; smaller offers are refused. */
export const MIN_MSIZE = 256;
/** The tag of Tversion (P9_NOTAG). */
export const NOTAG = 0xffff;
/** No fid: the afid of a Tattach without authentication (P9_NOFID). */
export const NOFID = 0xffffffff;
/** No numeric user: n_uname when the client sends only a name (P9_NONUNAME). */
export const NO_UNAME = 0xffffffff;
/** No numeric group or "leave as it is" in Twstat and Rstat of 9P2000.u. */
export const NO_ID = 0xffffffff;
/** Most names that one Twalk may carry (MAXWELEM, walk(5)). */
export const MAX_WALK_NAMES = 16;
/** Longest file name in bytes (NAME_MAX of Linux). */
export const MAX_NAME_BYTES = 255;
