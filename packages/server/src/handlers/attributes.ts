import {
  Rgetattr,
  Rsetattr,
  Rstatfs,
  SETATTR_ATIME_SET,
  SETATTR_MTIME_SET,
  SETATTR_SIZE,
  type Body,
  type Tgetattr,
  type Tsetattr,
  type Tstatfs,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import { Errno } from "../errno-error.js";
import type { Handler } from "./handler.js";

const ALL_CHANGES = 0x1ff;
const NANOSECONDS = 1_000_000_000n;
const MAX_SIZE = (1n << 63n) - 1n;

export const getattr: Handler<Body<typeof Tgetattr>> = (session, request, { fid, mask }) => {
  return chain(session.fid(fid).node.getattr(mask), (attr) => request.send(Rgetattr, attr));
};

export const setattr: Handler<Body<typeof Tsetattr>> = (session, request, body) => {
  const { node } = session.fid(body.fid);
  const { valid, size, atime, mtime } = body;
  if (valid & ~ALL_CHANGES) throw new Errno("EINVAL", `valid 0x${valid.toString(16)} has unknown bits`);
  if (valid & SETATTR_SIZE && size > MAX_SIZE) throw new Errno("EINVAL", `size ${size} is beyond any file`);
  if (
    (valid & SETATTR_ATIME_SET && atime.nsec >= NANOSECONDS) ||
    (valid & SETATTR_MTIME_SET && mtime.nsec >= NANOSECONDS)
  ) {
    throw new Errno("EINVAL", "a second has a thousand million nanoseconds");
  }
  if (!node.setattr) throw new Errno("EROFS");
  return chain(node.setattr(body), () => request.send(Rsetattr, {}));
};

export const statfs: Handler<Body<typeof Tstatfs>> = (session, request, { fid }) => {
  const { node } = session.fid(fid);
  if (!node.statfs) throw new Errno("ENOSYS");
  return chain(node.statfs(), (result) => request.send(Rstatfs, result));
};
