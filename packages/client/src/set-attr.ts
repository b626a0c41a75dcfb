import {
  SETATTR_ATIME,
  SETATTR_ATIME_SET,
  SETATTR_GID,
  SETATTR_MODE,
  SETATTR_MTIME,
  SETATTR_MTIME_SET,
  SETATTR_SIZE,
  SETATTR_UID,
  type Body,
  type Timespec,
  type Tsetattr,
} from "@ninep/wire";

/** What to change of a file. */
export interface AttrChange {
  /** Permission bits, with set-user-ID, set-group-ID and sticky. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Bytes: cuts the file off or fills it up with zeros. */
  readonly size?: bigint | number;
  /** "now" is the server's clock. */
  readonly atime?: Timespec | "now";
  readonly mtime?: Timespec | "now";
}

const NEVER: Timespec = { sec: 0n, nsec: 0n };

/** The fields of a Tsetattr for a change, and the bits that say which count. */
export function setAttrBody(change: AttrChange): Omit<Body<typeof Tsetattr>, "fid"> {
  const { mode, uid, gid, size, atime, mtime } = change;
  let valid = 0;
  if (mode !== undefined) valid |= SETATTR_MODE;
  if (uid !== undefined) valid |= SETATTR_UID;
  if (gid !== undefined) valid |= SETATTR_GID;
  if (size !== undefined) valid |= SETATTR_SIZE;
  if (atime !== undefined) valid |= SETATTR_ATIME;
  if (mtime !== undefined) valid |= SETATTR_MTIME;
  const atimeSet = typeof atime === "object";
  const mtimeSet = typeof mtime === "object";
  if (atimeSet) valid |= SETATTR_ATIME_SET;
  if (mtimeSet) valid |= SETATTR_MTIME_SET;
  return {
    valid,
    mode: mode ?? 0,
    uid: uid ?? 0,
    gid: gid ?? 0,
    size: BigInt(size ?? 0),
    atime: atimeSet ? atime : NEVER,
    mtime: mtimeSet ? mtime : NEVER,
  };
}
