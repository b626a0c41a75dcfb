import {
  Rxattrcreate,
  Rxattrwalk,
  Txattrcreate,
  Txattrwalk,
  XATTR_REPLACE,
  decodeText,
  errno,
} from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import type { Connection } from "./connection.js";
import { clunk, clunkQuietly, withNewFid } from "./fid.js";
import { NinepError } from "./ninep-error.js";
import { OpenFile } from "./open-file.js";
import { walkToFid } from "./walk.js";
import type { Qid } from "@ninep/wire";

/** The most a server is believed: Linux has 64 KiB for a value and as much for the list of names. */
const MAX_XATTR_SIZE = 1024 * 1024;
const NO_QID: Qid = { type: 0, version: 0, path: 0n };

/** The value of an attribute; for the name "" the list of names, each with a NUL behind it. */
export async function readXattr(
  connection: Connection,
  fid: number,
  name: string,
  options?: RequestOptions,
): Promise<Uint8Array> {
  const walk = async (newfid: number) =>
    connection.request(Txattrwalk, { fid, newfid, name }, Rxattrwalk, options);
  const made = await withNewFid(connection, walk, options?.signal);
  await using attribute = new OpenFile(connection, made.fid, NO_QID, 0);
  const { size } = made.result;
  if (size > MAX_XATTR_SIZE)
    throw new NinepError(errno.E2BIG, `the server announces an extended attribute of ${size} bytes`);
  const value = new Uint8Array(Number(size));
  let have = 0;
  while (have < value.length) {
    const got = await attribute.read(value.subarray(have), have, options);
    if (got === 0) break;
    have += got;
  }
  return value.subarray(0, have);
}

/** The names in the value of the attribute "". */
export function splitXattrNames(list: Uint8Array): string[] {
  return decodeText(list, 0, list.length)
    .split("\0")
    .filter((name) => name !== "");
}

/** Sets an attribute: Txattrcreate, Twrite, and the server does it at the Tclunk. No bytes: removes it. */
export async function writeXattr(
  connection: Connection,
  file: number,
  name: string,
  value: Uint8Array,
  flags: number,
  options?: RequestOptions,
): Promise<void> {
  const { fid } = await walkToFid(connection, file, [], options);
  try {
    const body = { fid, name, size: BigInt(value.length), flags };
    await connection.request(Txattrcreate, body, Rxattrcreate, options);
    const attribute = new OpenFile(connection, fid, NO_QID, 0);
    for (let at = 0; at < value.length;) {
      const count = await attribute.write(value.subarray(at), at, options);
      if (count === 0) throw new NinepError(errno.EIO, "Twrite: the server took no bytes and gave no error");
      at += count;
    }
  } catch (error) {
    await clunkQuietly(connection, fid);
    throw error;
  }
  await clunk(connection, fid);
}

/** Removes an attribute, which in 9P2000.L is to replace it with nothing. */
export async function removeXattr(
  connection: Connection,
  file: number,
  name: string,
  options?: RequestOptions,
): Promise<void> {
  await writeXattr(connection, file, name, new Uint8Array(0), XATTR_REPLACE, options);
}
