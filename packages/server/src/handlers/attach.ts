import { NOFID, Rattach, type Body, type Tattach, type Tauth } from "@ninep/wire";
import { chain } from "../awaitable.js";
import { Errno } from "../errno-error.js";
import type { Handler } from "./handler.js";

/** No authentication is needed: an error here tells the client to attach without (attach(5)). */
export const auth: Handler<Body<typeof Tauth>> = () => {
  throw new Errno("ENOENT", "no authentication is needed");
};

export const attach: Handler<Body<typeof Tattach>> = (session, request, body) => {
  const { fid, afid, aname, uname, nUname } = body;
  if (afid !== NOFID) throw new Errno("EINVAL", "no authentication was done, so afid must be NOFID");
  session.checkNewFid(fid);
  return chain(session.backend.attach({ aname, uname, uid: nUname }), (node) => {
    session.addFid(fid, node, nUname);
    return request.send(Rattach, { qid: node.qid });
  });
};
