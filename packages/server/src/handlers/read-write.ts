import {
  Rfsync,
  Rread,
  Rwrite,
  VERSION_9P2000_L,
  QTDIR,
  type Body,
  type Tfsync,
  type Tread,
  type Twrite,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import { Errno } from "../errno-error.js";
import { openFile } from "../fid.js";
import { joined, lengthOf } from "../pieces.js";
import { readDirectory } from "./legacy-directory.js";
import { readXattr, writeXattr } from "./xattr.js";
import type { Handler } from "./handler.js";

/** Largest offset of a file on Linux (loff_t). */
const MAX_OFFSET = (1n << 63n) - 1n;

export const read: Handler<Body<typeof Tread>> = (session, request, { fid: number, offset, count }) => {
  const fid = session.fid(number);
  if (fid.xattr) return request.sendPayload(Rread, readXattr(fid.xattr, offset, request.payload(count)));
  const file = openFile(fid);
  if (!fid.readable) throw new Errno("EBADF", `fid ${number} is not open for reading`);
  if (fid.node.qid.type & QTDIR && session.dialect !== VERSION_9P2000_L) {
    return chain(readDirectory(session, fid, offset, request.payload(count)), (length) =>
      request.sendPayload(Rread, length),
    );
  }
  if (!file.read) throw new Errno("EISDIR");
  if (offset > MAX_OFFSET) throw new Errno("EINVAL", `offset ${offset} is beyond any file`);
  const pieces = file.readVector && request.payloadPieces?.(count);
  const done = pieces ? file.readVector!(offset, pieces) : file.read(offset, request.payload(count));
  if (typeof done === "number") return request.sendPayload(Rread, done);
  return done.then((length) => request.sendPayload(Rread, length));
};

export const write: Handler<Body<typeof Twrite>> = (
  session,
  request,
  { fid: number, offset, data: whole },
) => {
  const fid = session.fid(number);
  const data = request.data ?? [whole];
  if (fid.xattr) return request.send(Rwrite, { count: writeXattr(fid.xattr, offset, joined(data)) });
  const file = openFile(fid);
  if (!fid.writable || !file.write) throw new Errno("EBADF", `fid ${number} is not open for writing`);
  if (offset > MAX_OFFSET) throw new Errno("EINVAL", `offset ${offset} is beyond any file`);
  if (offset + BigInt(lengthOf(data)) > MAX_OFFSET) throw new Errno("EFBIG");
  const done =
    data.length > 1 && file.writeVector ? file.writeVector(offset, data) : file.write(offset, joined(data));
  return chain(done, (count) => request.send(Rwrite, { count }));
};

export const fsync: Handler<Body<typeof Tfsync>> = (session, request, { fid, datasync }) => {
  const file = openFile(session.fid(fid));
  return chain(file.fsync?.(datasync !== 0), () => request.send(Rfsync, {}));
};
