import {
  MAX_NAME_BYTES,
  Rxattrcreate,
  Rxattrwalk,
  XATTR_CREATE,
  XATTR_REPLACE,
  encodeText,
  type Body,
  type Txattrcreate,
  type Txattrwalk,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import type { Awaitable, Node } from "../backend.js";
import { Errno } from "../errno-error.js";
import type { Fid, XattrTransfer } from "../fid.js";
import { checkUnopened } from "./open.js";
import type { Handler } from "./handler.js";

/** Largest value of an extended attribute on Linux (XATTR_SIZE_MAX in include/uapi/linux/limits.h). */
const MAX_VALUE = 65536;

/** Makes newfid the value of an attribute, or with an empty name the list of names, to be read with Tread. */
export const xattrwalk: Handler<Body<typeof Txattrwalk>> = (
  session,
  request,
  { fid: number, newfid, name },
) => {
  const { node, uid } = session.fid(number);
  session.checkNewFid(newfid);
  if (name !== "") checkXattrName(name);
  return chain(name === "" ? listOf(node) : valueOf(node, name), (value) => {
    session.reserveXattr(value.length);
    node.retain();
    try {
      session.addFid(newfid, node, uid).xattr = { value };
    } catch (error) {
      session.releaseXattr(value.length);
      throw error;
    }
    return request.send(Rxattrwalk, { size: BigInt(value.length) });
  });
};

/** Makes fid the value of an attribute, to be written with Twrite and set by Tclunk. */
export const xattrcreate: Handler<Body<typeof Txattrcreate>> = (session, request, body) => {
  const fid = session.fid(body.fid);
  checkXattrName(body.name);
  checkUnopened(fid);
  if (body.flags & ~(XATTR_CREATE | XATTR_REPLACE)) throw new Errno("EINVAL", `flags ${body.flags}`);
  if (body.size > MAX_VALUE) throw new Errno("E2BIG", `an attribute has at most ${MAX_VALUE} bytes`);
  if (!fid.node.setXattr) throw new Errno("EOPNOTSUPP");
  const size = Number(body.size);
  session.reserveXattr(size);
  fid.xattr = { value: new Uint8Array(size), write: { name: body.name, flags: body.flags, filled: 0 } };
  return request.send(Rxattrcreate, {});
};

/** Reads from an attribute opened by Txattrwalk; returns the bytes read. */
export function readXattr(xattr: XattrTransfer, offset: bigint, into: Uint8Array): number {
  if (xattr.write) throw new Errno("EBADF", "the attribute is being written");
  if (offset >= xattr.value.length) return 0;
  const part = xattr.value.subarray(Number(offset), Number(offset) + into.length);
  into.set(part);
  return part.length;
}

/** Writes to an attribute announced by Txattrcreate, in order; returns the bytes written. */
export function writeXattr(xattr: XattrTransfer, offset: bigint, data: Uint8Array): number {
  if (!xattr.write) throw new Errno("EBADF", "the attribute is being read");
  // In order only: no byte of the value can be one that the client never sent.
  if (offset !== BigInt(xattr.write.filled))
    throw new Errno("EINVAL", "an attribute is written from start to end");
  if (data.length > xattr.value.length - xattr.write.filled) {
    throw new Errno("ENOSPC", `the attribute was announced with ${xattr.value.length} bytes`);
  }
  xattr.value.set(data, xattr.write.filled);
  xattr.write.filled += data.length;
  return data.length;
}

/** What Tclunk does to an attribute: sets or removes it when it was written, nothing when it was read. */
export function commitXattr(
  { node }: Fid,
  { value, write }: XattrTransfer,
): (() => Awaitable<void>) | undefined {
  if (!write) return undefined;
  return () => {
    if (write.filled < value.length) {
      throw new Errno("EINVAL", `${write.filled} of ${value.length} announced bytes were written`);
    }
    // removexattr(2) arrives as a replacement by nothing (fs/9p/xattr.c).
    if (value.length === 0 && write.flags === XATTR_REPLACE) {
      if (!node.removeXattr) throw new Errno("EOPNOTSUPP");
      return node.removeXattr(write.name);
    }
    return node.setXattr!(write.name, value, write.flags);
  };
}

function valueOf(node: Node, name: string): Awaitable<Uint8Array> {
  if (!node.getXattr) throw new Errno("EOPNOTSUPP");
  return node.getXattr(name);
}

/** Each name followed by a NUL, as listxattr(2) returns them. */
function listOf(node: Node): Awaitable<Uint8Array> {
  if (!node.listXattrs) throw new Errno("EOPNOTSUPP");
  return chain(node.listXattrs(), (names) => encodeText(names.map((name) => `${name}\0`).join("")));
}

function checkXattrName(name: string): void {
  if (name === "" || name.includes("\0"))
    throw new Errno("EINVAL", `${JSON.stringify(name)} is no attribute name`);
  if (encodeText(name).length > MAX_NAME_BYTES) throw new Errno("ERANGE", "the attribute's name is too long");
}
