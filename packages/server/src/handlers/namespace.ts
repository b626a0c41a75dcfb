import {
  Rlink,
  Rmkdir,
  Rmknod,
  Rreadlink,
  Rrename,
  Rrenameat,
  Rsymlink,
  Runlinkat,
  UNLINKAT_REMOVEDIR,
  type Body,
  type Tlink,
  type Tmkdir,
  type Tmknod,
  type Treadlink,
  type Trename,
  type Trenameat,
  type Tsymlink,
  type Tunlinkat,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import { Errno } from "../errno-error.js";
import { checkName } from "../name.js";
import type { Handler } from "./handler.js";

/** Most bytes of a symlink's target on Linux (PATH_MAX without its NUL). */
const MAX_TARGET = 4095;
const PERMISSIONS = 0o7777;

export const mkdir: Handler<Body<typeof Tmkdir>> = (session, request, { dfid, name, mode, gid }) => {
  const { node, uid } = session.fid(dfid);
  checkName(name);
  if (!node.mkdir) throw new Errno("EROFS");
  return chain(node.mkdir(name, { mode: mode & PERMISSIONS, uid, gid }), (qid) =>
    request.send(Rmkdir, { qid }),
  );
};

export const symlink: Handler<Body<typeof Tsymlink>> = (session, request, { dfid, name, target, gid }) => {
  const { node, uid } = session.fid(dfid);
  checkName(name);
  if (target === "") throw new Errno("ENOENT", "a symlink's target is not empty");
  if (target.includes("\0")) throw new Errno("EINVAL", "a symlink's target has no NUL");
  if (target.length > MAX_TARGET) throw new Errno("ENAMETOOLONG");
  if (!node.symlink) throw new Errno("EROFS");
  return chain(node.symlink(name, target, { mode: 0o777, uid, gid }), (qid) =>
    request.send(Rsymlink, { qid }),
  );
};

export const mknod: Handler<Body<typeof Tmknod>> = (
  session,
  request,
  { dfid, name, mode, major, minor, gid },
) => {
  const { node, uid } = session.fid(dfid);
  checkName(name);
  if (!node.mknod) throw new Errno("EROFS");
  return chain(node.mknod(name, { mode, uid, gid }, { major, minor }), (qid) =>
    request.send(Rmknod, { qid }),
  );
};

export const link: Handler<Body<typeof Tlink>> = (session, request, { dfid, fid, name }) => {
  const { node: directory } = session.fid(dfid);
  const { node: target } = session.fid(fid);
  checkName(name);
  if (!directory.link) throw new Errno("EROFS");
  return chain(directory.link(target, name), () => request.send(Rlink, {}));
};

export const unlinkat: Handler<Body<typeof Tunlinkat>> = (session, request, { dirfid, name, flags }) => {
  const { node } = session.fid(dirfid);
  checkName(name);
  if (flags & ~UNLINKAT_REMOVEDIR) throw new Errno("EINVAL", `flags 0x${flags.toString(16)}`);
  if (!node.unlinkAt) throw new Errno("EROFS");
  return chain(node.unlinkAt(name, (flags & UNLINKAT_REMOVEDIR) !== 0), () => request.send(Runlinkat, {}));
};

export const renameat: Handler<Body<typeof Trenameat>> = (session, request, body) => {
  const { node: from } = session.fid(body.olddirfid);
  const { node: to } = session.fid(body.newdirfid);
  checkName(body.oldname);
  checkName(body.newname);
  if (!from.renameAt) throw new Errno("EROFS");
  return chain(from.renameAt(body.oldname, to, body.newname), () => request.send(Rrenameat, {}));
};

export const rename: Handler<Body<typeof Trename>> = (session, request, { fid, dfid, name }) => {
  const { node } = session.fid(fid);
  const { node: to } = session.fid(dfid);
  checkName(name);
  if (!node.rename) throw new Errno("EROFS");
  return chain(node.rename(to, name), () => request.send(Rrename, {}));
};

export const readlink: Handler<Body<typeof Treadlink>> = (session, request, { fid }) => {
  const { node } = session.fid(fid);
  if (!node.readlink) throw new Errno("EINVAL");
  return chain(node.readlink(), (target) => request.send(Rreadlink, { target }));
};
