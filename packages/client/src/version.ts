import { MIN_MSIZE, Rversion, Tversion, VERSION_9P2000_L, errno } from "@ninep/wire";
import type { Connection } from "./connection.js";
import { ConnectionError } from "./ninep-error.js";

/**
 * Agrees on 9P2000.L (version(5)) and returns the msize that the server settled for.
 * @throws ConnectionError when the server speaks another dialect or wants more than was offered
 */
export async function negotiate(connection: Connection, msize: number): Promise<number> {
  const offer = { msize, version: VERSION_9P2000_L };
  const agreed = await connection.request(Tversion, offer, Rversion);
  if (agreed.version !== VERSION_9P2000_L)
    throw new ConnectionError(
      errno.EPROTO,
      `the server does not speak ${VERSION_9P2000_L}: it answered ${JSON.stringify(agreed.version)}`,
    );
  if (agreed.msize > msize || agreed.msize < MIN_MSIZE)
    throw new ConnectionError(
      errno.EPROTO,
      `the server wants messages of ${agreed.msize} bytes; ${MIN_MSIZE} to ${msize} were offered`,
    );
  return agreed.msize;
}
