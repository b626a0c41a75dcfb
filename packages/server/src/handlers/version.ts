import {
  MIN_MSIZE,
  Rversion,
  VERSION_9P2000,
  VERSION_9P2000_L,
  VERSION_9P2000_U,
  type Body,
  type Dialect,
  type Tversion,
} from "@ninep/wire";
import { chain } from "../awaitable.js";
import { Errno } from "../errno-error.js";
import type { Handler } from "./handler.js";

/** Starts the session anew: every fid is clunked and every request under way is dropped (version(5)). */
export const version: Handler<Body<typeof Tversion>> = (session, request, body) => {
  if (body.msize < MIN_MSIZE) throw new Errno("EINVAL", `msize ${body.msize} is below ${MIN_MSIZE}`);
  const dialect = dialectOf(body.version);
  return chain(session.restart(), () => {
    if (!dialect)
      return request.send(Rversion, { msize: Math.min(body.msize, session.maxMsize), version: "unknown" });
    const msize = session.negotiate(dialect, body.msize);
    return request.send(Rversion, { msize, version: dialect });
  });
};

/** The dialect that serves a client best, or undefined when we share none. */
function dialectOf(version: string): Dialect | undefined {
  if (version === VERSION_9P2000_L || version === VERSION_9P2000_U) return version;
  // A suffix we do not know may be left out (version(5)).
  const [base] = version.split(".");
  return base === VERSION_9P2000 ? VERSION_9P2000 : undefined;
}
