import {
  READ_HEADER_SIZE,
  Reader,
  Rreaddir,
  Treaddir,
  WireError,
  errno,
  readDirents,
  type Dirent,
} from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import { isFileName } from "./file-name.js";
import { NinepError } from "./ninep-error.js";
import type { OpenFile } from "./open-file.js";

/** Enough for a thousand entries; more makes the first one wait. */
const READDIR_SIZE = 128 * 1024;

/**
 * The entries of an open directory but "." and "..". The request for the next
 * ones is under way while the caller looks at these.
 */
export async function* readEntries(
  dir: OpenFile,
  options?: RequestOptions,
): AsyncGenerator<Dirent, void, undefined> {
  let next = settle(requestEntries(dir, 0n, options));
  try {
    for (;;) {
      const result = await next;
      if ("error" in result) throw result.error;
      const { entries } = result;
      const last = entries.at(-1);
      if (!last) return;
      next = settle(requestEntries(dir, last.offset, options));
      for (const entry of entries) {
        if (entry.name === "." || entry.name === "..") continue;
        if (!isFileName(entry.name)) {
          const text = `the server sent a name that no file can have: ${JSON.stringify(entry.name)}`;
          throw new NinepError(errno.EIO, text);
        }
        yield entry;
      }
    }
  } finally {
    // The fid may be clunked after this, so no request on it may be under way.
    await next;
  }
}

async function requestEntries(dir: OpenFile, offset: bigint, options?: RequestOptions): Promise<Dirent[]> {
  const count = Math.min(READDIR_SIZE, dir.ioSize);
  const take = ({ data }: { readonly data: Uint8Array }) => {
    if (data.length > count)
      throw new WireError(`Rreaddir has ${data.length} bytes; ${count} were asked for`);
    const entries = readDirents(new Reader().reset(data));
    if (entries.at(-1)?.offset === offset && offset !== 0n)
      throw new WireError("Rreaddir goes on where it began, so the directory would never end");
    return entries;
  };
  const body = { fid: dir.fid, offset, count };
  return dir.connection.requestTaking(Treaddir, body, Rreaddir, take, options, READ_HEADER_SIZE + count);
}

/** A result that may be left alone: it never rejects. */
async function settle(
  request: Promise<Dirent[]>,
): Promise<{ readonly entries: Dirent[] } | { readonly error: unknown }> {
  try {
    return { entries: await request };
  } catch (error) {
    return { error };
  }
}
