import { Rflush, type Body, type Tflush } from "@ninep/wire";
import { chain } from "../awaitable.js";
import type { Handler } from "./handler.js";

/**
 * Rflush leaves after the reply to the flushed request, so the client may use
 * tag and buffers again (flush(5)). Nothing the server waits for waits for the
 * client, so this always ends.
 */
export const flush: Handler<Body<typeof Tflush>> = (session, request, { oldtag }) => {
  return chain(session.underWay(oldtag), () => request.send(Rflush, {}));
};
