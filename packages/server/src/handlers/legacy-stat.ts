import {
  NO_ID,
  Rstat,
  Rwstat,
  SETATTR_ATIME,
  SETATTR_ATIME_SET,
  SETATTR_GID,
  SETATTR_MODE,
  SETATTR_MTIME,
  SETATTR_MTIME_SET,
  SETATTR_SIZE,
  SETATTR_UID,
  VERSION_9P2000,
  type Body,
  type Stat,
  type Tstat,
  type Twstat,
} from "@ninep/wire";
import type { SetAttr } from "../backend.js";
import { Errno } from "../errno-error.js";
import { dmToPermissions, statOf } from "../legacy-stat.js";
import { checkName } from "../name.js";
import type { Handler } from "./handler.js";

const KEEP_32 = 0xffffffff;
const KEEP_64 = 0xffffffffffffffffn;
const MAX_SIZE = (1n << 63n) - 1n;

export const tstat: Handler<Body<typeof Tstat>> = async (session, request, { fid }) => {
  const stat = await statOf(session.fid(fid).node, session.dialect);
  return request.send(Rstat, { stat });
};

/** Changes what is not "do not touch"; nothing at all means: to disk with it (stat(5)). */
export const twstat: Handler<Body<typeof Twstat>> = async (session, request, { fid: number, stat }) => {
  const fid = session.fid(number);
  const { node } = fid;
  const change = changeOf(stat, session.dialect === VERSION_9P2000);
  const renamed = stat.name !== "" && stat.name !== node.name;
  if (renamed) checkName(stat.name);
  if (change.valid !== 0) {
    if (!node.setattr) throw new Errno("EROFS");
    await node.setattr(change);
  }
  if (renamed) {
    if (!node.rename) throw new Errno("EROFS");
    await node.rename(undefined, stat.name);
  }
  if (change.valid === 0 && !renamed) await fid.file?.fsync?.(false);
  return request.send(Rwstat, {});
};

function changeOf(stat: Stat, plain: boolean): SetAttr {
  const { mode, atime, mtime, length } = stat;
  const uid = plain ? idOf(stat.uid) : stat.nUid;
  const gid = plain ? idOf(stat.gid) : stat.nGid;
  if (length !== KEEP_64 && length > MAX_SIZE)
    throw new Errno("EINVAL", `length ${length} is beyond any file`);
  let valid = 0;
  if (mode !== KEEP_32) valid |= SETATTR_MODE;
  if (uid !== NO_ID) valid |= SETATTR_UID;
  if (gid !== NO_ID) valid |= SETATTR_GID;
  if (length !== KEEP_64) valid |= SETATTR_SIZE;
  if (atime !== KEEP_32) valid |= SETATTR_ATIME | SETATTR_ATIME_SET;
  if (mtime !== KEEP_32) valid |= SETATTR_MTIME | SETATTR_MTIME_SET;
  return {
    valid,
    mode: dmToPermissions(mode),
    uid,
    gid,
    size: length,
    atime: { sec: BigInt(atime), nsec: 0n },
    mtime: { sec: BigInt(mtime), nsec: 0n },
  };
}

/** Users of plain 9P2000 are names; those of this server are numbers as text. */
function idOf(name: string): number {
  if (name === "") return NO_ID;
  if (!/^\d{1,10}$/.test(name) || Number(name) >= NO_ID)
    throw new Errno("EINVAL", `${name} is not a user number`);
  return Number(name);
}
