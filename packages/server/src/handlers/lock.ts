import {
  LOCK_TYPE_UNLCK,
  LOCK_TYPE_WRLCK,
  Rgetlock,
  Rlock,
  type Body,
  type Tgetlock,
  type Tlock,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import { Errno } from "../errno-error.js";
import { openFile } from "../fid.js";
import type { Handler } from "./handler.js";

const MAX_OFFSET = (1n << 63n) - 1n;

/** The client sleeps and asks again on LOCK_BLOCKED (fs/9p/vfs_file.c), so nothing here ever waits. */
export const lock: Handler<Body<typeof Tlock>> = (session, request, body) => {
  const file = openFile(session.fid(body.fid));
  checkRange(body);
  if (!file.lock) throw new Errno("EOPNOTSUPP");
  return chain(file.lock(body), (status) => request.send(Rlock, { status }));
};

/**
 * Asked about "unlocked", looks for any lock. Linux sends that for each F_GETLK, whatever the
 * program asked: it reads the type after having cleared it (v9fs_file_getlock in fs/9p/vfs_file.c).
 */
export const getlock: Handler<Body<typeof Tgetlock>> = (session, request, body) => {
  const file = openFile(session.fid(body.fid));
  checkRange(body);
  if (!file.getlock) throw new Errno("EOPNOTSUPP");
  const range = body.type === LOCK_TYPE_UNLCK ? { ...body, type: LOCK_TYPE_WRLCK } : body;
  return chain(file.getlock(range), (found) => request.send(Rgetlock, found));
};

function checkRange({ type, start, length }: { type: number; start: bigint; length: bigint }): void {
  if (type > LOCK_TYPE_UNLCK) throw new Errno("EINVAL", `lock type ${type}`);
  if (start > MAX_OFFSET || length > MAX_OFFSET || start + length - 1n > MAX_OFFSET) {
    throw new Errno("EINVAL", `a lock of ${length} bytes from ${start} is beyond any file`);
  }
}
