import type { Awaitable } from "../backend.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";

/**
 * Serves one kind of message: checks, calls the backend, commits what it did to
 * the fids, encodes the reply and returns its size. Throws what becomes the
 * error reply. A handler looks its fids up before its first promise, so that
 * they are held until it is done.
 */
export type Handler<B> = (session: Session, request: Request, body: B) => Awaitable<number>;
