import { MAX_WALK_NAMES, Rwalk, type Body, type Qid, type Twalk } from "@ninep/wire";
import { chain, isPromise } from "../awaitable.js";
import type { Awaitable, Node } from "../backend.js";
import { Errno } from "../errno-error.js";
import { checkName } from "../name.js";
import type { Handler } from "./handler.js";

export const walk: Handler<Body<typeof Twalk>> = (session, request, { fid, newfid, names }) => {
  const from = session.fid(fid);
  if (names.length > MAX_WALK_NAMES) {
    throw new Errno("EINVAL", `a Twalk has at most ${MAX_WALK_NAMES} names, not ${names.length}`);
  }
  for (const name of names) checkName(name);
  if (from.xattr) throw new Errno("EINVAL", `fid ${fid} is an extended attribute`);
  if (newfid === fid) {
    if (from.file) throw new Errno("EBUSY", `fid ${fid} is open`);
  } else {
    session.checkNewFid(newfid);
  }

  const start = from.node;
  const qids: Qid[] = [];
  return chain(walkFrom(start, names, qids), (node) => {
    // A walk that stops half way leaves both fids as they were (walk(5)).
    if (!node) return request.send(Rwalk, { qids });
    if (newfid !== fid) {
      session.addFid(newfid, node, from.uid);
    } else if (from.gone || from.file || from.xattr || from.node !== start) {
      node.release();
      throw new Errno("EBUSY", `fid ${fid} was clunked, opened or moved during the walk`);
    } else {
      from.node.release();
      from.node = node;
    }
    return request.send(Rwalk, { qids });
  });
};

/**
 * Walks name by name. Returns the last node, retained, and undefined when a name
 * other than the first is missing; `qids` then says how far it came.
 */
function walkFrom(start: Node, names: readonly string[], qids: Qid[]): Awaitable<Node | undefined> {
  start.retain();
  return step(start, 0);

  function step(from: Node, index: number): Awaitable<Node | undefined> {
    let node = from;
    for (let i = index; i < names.length; i++) {
      let next: Awaitable<Node>;
      try {
        if (!node.walk) throw new Errno("ENOTDIR");
        next = node.walk(names[i]!);
      } catch (error) {
        return stop(node, i, error);
      }
      if (isPromise(next)) {
        const at = node;
        return next.then(
          (reached) => step(arrive(at, reached), i + 1),
          (error: unknown) => stop(at, i, error),
        );
      }
      node = arrive(node, next);
    }
    return node;
  }

  function arrive(left: Node, reached: Node): Node {
    left.release();
    qids.push(reached.qid);
    return reached;
  }

  function stop(node: Node, index: number, error: unknown): Awaitable<Node | undefined> {
    node.release();
    if (index === 0) throw error;
    return undefined;
  }
}
