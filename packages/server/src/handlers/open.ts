import {
  L_O_ACCMODE,
  L_O_APPEND,
  L_O_DIRECTORY,
  L_O_DSYNC,
  L_O_EXCL,
  L_O_NOATIME,
  L_O_NOFOLLOW,
  L_O_RDONLY,
  L_O_SYNC,
  L_O_TRUNC,
  L_O_WRONLY,
  Rlcreate,
  Rlopen,
  type Body,
  type Tlcreate,
  type Tlopen,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import type { Node, OpenFile } from "../backend.js";
import { Errno } from "../errno-error.js";
import { closeFile, type Fid } from "../fid.js";
import { checkName } from "../name.js";
import type { Session } from "../session.js";
import type { Handler } from "./handler.js";

/**
 * What a backend gets to see of open(2)'s flags. O_DIRECT stays behind: a reply
 * has no alignment to offer, and the client's cache is its own affair.
 */
const OPEN_FLAGS =
  L_O_ACCMODE | L_O_TRUNC | L_O_APPEND | L_O_DSYNC | L_O_SYNC | L_O_NOATIME | L_O_DIRECTORY | L_O_NOFOLLOW;

/**
 * The flags of Tlopen and Tlcreate that are the backend's affair. A fid that can be
 * read as well writes where it says, without APPEND: the Linux client writes whole
 * pages of its cache back through such fids, and appended they would come twice.
 * One for writing alone is never used for that.
 */
function openFlags(flags: number): number {
  const writesOnly = (flags & L_O_ACCMODE) === L_O_WRONLY;
  return flags & (writesOnly ? OPEN_FLAGS : OPEN_FLAGS & ~L_O_APPEND);
}

export const lopen: Handler<Body<typeof Tlopen>> = (session, request, body) => {
  const fid = session.fid(body.fid);
  return chain(openFid(session, fid, openFlags(body.flags)), () =>
    request.send(Rlopen, { qid: fid.node.qid, iounit: 0 }),
  );
};

export const lcreate: Handler<Body<typeof Tlcreate>> = (session, request, body) => {
  const fid = session.fid(body.fid);
  checkName(body.name);
  const flags = openFlags(body.flags) | (body.flags & L_O_EXCL);
  return chain(createIn(session, fid, body.name, flags, body.mode, body.gid), () =>
    request.send(Rlcreate, { qid: fid.node.qid, iounit: 0 }),
  );
};

/** Opens the file that `fid` points at. `flags` are L_O_…. */
export function openFid(session: Session, fid: Fid, flags: number) {
  checkUnopened(fid);
  const { node } = fid;
  if (!node.open) throw new Errno("EACCES");
  return chain(node.open(flags), (file) => {
    commit(session, fid, node, { node, file }, flags);
  });
}

/** Creates `name` in the directory that `fid` points at, and makes `fid` the new file, open. */
export function createIn(session: Session, fid: Fid, name: string, flags: number, mode: number, gid: number) {
  checkUnopened(fid);
  const directory = fid.node;
  if (!directory.create) throw new Errno("EROFS");
  return chain(directory.create(name, flags, { mode, uid: fid.uid, gid }), ({ node, file }) => {
    try {
      commit(session, fid, directory, { node, file }, flags);
    } catch (error) {
      node.release();
      throw error;
    }
    moveTo(fid, node);
  });
}

/** Points an unopened fid at another node, which it takes over. */
export function moveTo(fid: Fid, node: Node): void {
  fid.node.release();
  fid.node = node;
}

/** @throws Errno EBUSY when the fid is open or an extended attribute. */
export function checkUnopened(fid: Fid): void {
  if (fid.file || fid.xattr) throw new Errno("EBUSY", "the fid is open");
}

/** Another request may have opened, moved or clunked the fid, which was `at` a node, while the backend was at work. */
function commit(
  session: Session,
  fid: Fid,
  at: Node,
  { node, file }: { node: Node; file: OpenFile },
  flags: number,
): void {
  if (fid.file || fid.xattr || fid.gone || fid.node !== at) {
    node.retain();
    session.settle(() => closeFile(file, node));
    throw new Errno("EBUSY", "the fid was opened, moved or clunked meanwhile");
  }
  fid.file = file;
  fid.readable = (flags & L_O_ACCMODE) !== L_O_WRONLY;
  fid.writable = (flags & L_O_ACCMODE) !== L_O_RDONLY;
}
