import { Rclunk, Rremove, type Body, type Tclunk, type Tremove } from "@ninep/wire";
import { chain, isPromise } from "../awaitable.js";
import type { Awaitable } from "../backend.js";
import { Errno } from "../errno-error.js";
import type { Fid } from "../fid.js";
import type { Session } from "../session.js";
import { commitXattr } from "./xattr.js";
import type { Handler } from "./handler.js";

/** The fid is gone whatever happens; an error of closing the file still reaches the client. */
export const clunk: Handler<Body<typeof Tclunk>> = (session, request, body) => {
  const fid = session.takeFid(body.fid);
  return chain(finish(session, fid, lastDeed(fid)), () => request.send(Rclunk, {}));
};

export const tremove: Handler<Body<typeof Tremove>> = (session, request, body) => {
  const fid = session.takeFid(body.fid);
  return chain(
    finish(session, fid, () => remove(fid)),
    () => request.send(Rremove, {}),
  );
};

/** What is left to do when this fid is given up, such as setting the attribute written through it. */
function lastDeed(fid: Fid): (() => Awaitable<void>) | undefined {
  if (fid.xattr) return commitXattr(fid, fid.xattr);
  return fid.removeOnClunk ? () => remove(fid) : undefined;
}

function remove({ node, xattr }: Fid): Awaitable<void> {
  if (xattr) throw new Errno("EINVAL", "the fid is an extended attribute");
  if (!node.remove) throw new Errno("EROFS");
  return node.remove();
}

/** Clunks `fid` after its last deed, and also when that fails: its error then wins. */
function finish(session: Session, fid: Fid, deed: (() => Awaitable<void>) | undefined): Awaitable<void> {
  if (!deed) return fid.clunk();
  const giveUp = (error: unknown): never => {
    session.settle(() => fid.clunk());
    throw error;
  };
  try {
    const result = deed();
    if (isPromise(result)) return result.then(() => fid.clunk(), giveUp);
  } catch (error) {
    giveUp(error);
  }
  return fid.clunk();
}
