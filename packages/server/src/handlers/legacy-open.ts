import {
  DMDEVICE,
  DMDIR,
  DMLINK,
  DMNAMEDPIPE,
  DMSYMLINK,
  GETATTR_MODE,
  L_O_EXCL,
  L_O_RDONLY,
  L_O_RDWR,
  L_O_TRUNC,
  L_O_WRONLY,
  NO_ID,
  ORCLOSE,
  OTRUNC,
  ORDWR,
  OWRITE,
  Rcreate,
  Ropen,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFSOCK,
  VERSION_9P2000,
  type Body,
  type Qid,
  type Tcreate,
  type Topen,
} from "@ninep/wire";
import type { Awaitable, Device, Node } from "../backend.js";
import { Errno } from "../errno-error.js";
import type { Fid } from "../fid.js";
import { DM_SPECIAL, dmToPermissions } from "../legacy-stat.js";
import { checkName } from "../name.js";
import type { Session } from "../session.js";
import { checkUnopened, createIn, moveTo, openFid } from "./open.js";
import type { Handler } from "./handler.js";

export const topen: Handler<Body<typeof Topen>> = async (session, request, { fid: number, mode }) => {
  const fid = session.fid(number);
  await openFid(session, fid, openFlags(mode));
  fid.removeOnClunk = (mode & ORCLOSE) !== 0;
  return request.send(Ropen, { qid: fid.node.qid, iounit: 0 });
};

/** Creates a file or directory and opens it; in 9P2000.u also symlinks, links, devices and the like, unopened. */
export const tcreate: Handler<Body<typeof Tcreate>> = async (session, request, body) => {
  const fid = session.fid(body.fid);
  const { name, perm, mode, extension } = body;
  checkName(name);
  checkUnopened(fid);
  const directory = fid.node;
  const plain = session.dialect === VERSION_9P2000;
  const permissions = plain ? await inherited(directory, perm) : dmToPermissions(perm);

  if (perm & DMDIR) {
    await make(directory.mkdir?.(name, { mode: permissions, uid: fid.uid, gid: NO_ID }));
    const made = await enter(fid, directory, name);
    try {
      await openFid(session, fid, openFlags(mode));
    } finally {
      made.release();
    }
  } else if (!plain && perm & DM_SPECIAL) {
    await createSpecial(session, fid, body, permissions, extension);
    const made = await enter(fid, directory, name);
    made.release();
  } else {
    checkStillAt(fid, directory);
    await createIn(session, fid, name, openFlags(mode) | L_O_EXCL, permissions, NO_ID);
  }
  fid.removeOnClunk = (mode & ORCLOSE) !== 0;
  return request.send(Rcreate, { qid: fid.node.qid, iounit: 0 });
};

function openFlags(mode: number): number {
  const access = mode & 3;
  const flags = access === OWRITE ? L_O_WRONLY : access === ORDWR ? L_O_RDWR : L_O_RDONLY;
  return mode & OTRUNC ? flags | L_O_TRUNC : flags;
}

async function createSpecial(
  session: Session,
  { node, uid }: Fid,
  { name, perm }: Body<typeof Tcreate>,
  mode: number,
  extension: string,
) {
  if (perm & DMSYMLINK) {
    if (extension === "" || extension.includes("\0")) throw new Errno("EINVAL", "a symlink needs a target");
    await make(node.symlink?.(name, extension, { mode, uid, gid: NO_ID }));
    return;
  }
  if (perm & DMLINK) {
    // Linux ends the number with a newline (v9fs_vfs_link in fs/9p/vfs_inode.c).
    const [, target] = /^(\d{1,10})\n?$/.exec(extension) ?? [];
    if (!target) throw new Errno("EINVAL", `${JSON.stringify(extension)} is not a fid`);
    if (!node.link) throw new Errno("EROFS");
    await node.link(session.fid(Number(target)).node, name);
    return;
  }
  let kind = perm & DMNAMEDPIPE ? S_IFIFO : S_IFSOCK;
  let device: Device = { major: 0, minor: 0 };
  if (perm & DMDEVICE) {
    const [, letter, major, minor] = /^([bc]) (\d{1,10}) (\d{1,10})$/.exec(extension) ?? [];
    if (!letter) throw new Errno("EINVAL", `${JSON.stringify(extension)} is not a device such as "b 8 0"`);
    kind = letter === "b" ? S_IFBLK : S_IFCHR;
    device = { major: Number(major), minor: Number(minor) };
  }
  await make(node.mknod?.(name, { mode: kind | mode, uid, gid: NO_ID }, device));
}

/** @throws Errno EROFS when the backend has no way to make it. */
async function make(made: Awaitable<Qid> | undefined): Promise<void> {
  if (made === undefined) throw new Errno("EROFS");
  await made;
}

/**
 * Moves the fid from `directory` to the file just made in it, and returns that, retained
 * once for the caller: another request may move the fid on.
 */
async function enter(fid: Fid, directory: Node, name: string): Promise<Node> {
  if (!directory.walk) throw new Errno("ENOTDIR");
  const node = await directory.walk(name);
  try {
    checkStillAt(fid, directory);
  } catch (error) {
    node.release();
    throw error;
  }
  node.retain();
  moveTo(fid, node);
  return node;
}

/** @throws Errno EBUSY when another request has opened, moved or clunked the fid meanwhile. */
function checkStillAt(fid: Fid, node: Node): void {
  if (fid.gone || fid.file || fid.xattr || fid.node !== node)
    throw new Errno("EBUSY", "the fid was used meanwhile");
}

/** Plan 9's rule for permissions of a new file: no more than the directory's (open(5)). */
async function inherited(directory: Node, perm: number): Promise<number> {
  const { mode } = await directory.getattr(GETATTR_MODE);
  return perm & DMDIR ? perm & (~0o777 | (mode & 0o777)) & 0o777 : perm & (~0o666 | (mode & 0o666)) & 0o777;
}
