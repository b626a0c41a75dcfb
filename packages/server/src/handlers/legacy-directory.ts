import { Reader, Writer, readDirents, stat } from "@ninep/wire";
import { DirentWriter } from "../dirent-writer.js";
import { Errno } from "../errno-error.js";
import { openFile, type Fid } from "../fid.js";
import { statOf } from "../legacy-stat.js";
import type { Session } from "../session.js";

/** Entries are fetched from the backend in pieces of this size. */
const PIECE = 4096;

/**
 * Reads a directory as 9P2000 does: as whole stat entries, onwards from where
 * the last read ended or from 0 (read(5)). Returns the bytes read.
 */
export async function readDirectory(
  session: Session,
  fid: Fid,
  offset: bigint,
  into: Uint8Array,
): Promise<number> {
  const { node } = fid;
  const file = openFile(fid);
  if (!file.readdir || !node.walk) throw new Errno("ENOTDIR");
  const position = offset === 0n ? { offset: 0n, cookie: 0n } : fid.directory;
  if (position?.offset !== offset) throw new Errno("EINVAL", "a directory is read from its start or onwards");

  const writer = new Writer().reset(into);
  writer.dialect = session.dialect;
  const names = new Uint8Array(PIECE);
  let { cookie } = position;
  let length = 0;
  read: for (;;) {
    const out = new DirentWriter(names);
    await file.readdir(cookie, out);
    if (out.length === 0) break;
    for (const entry of readDirents(new Reader().reset(names, 0, out.length))) {
      if (entry.name !== "." && entry.name !== "..") {
        const info = await statOfEntry(entry.name);
        if (info) stat.write(writer, info);
        if (writer.overrun) {
          if (length === 0) throw new Errno("EINVAL", `${into.length} bytes are too few for the next entry`);
          break read;
        }
        length = writer.position;
      }
      cookie = entry.offset;
    }
  }
  fid.directory = { offset: offset + BigInt(length), cookie };
  return length;

  /** Undefined when the entry went away meanwhile. */
  async function statOfEntry(name: string) {
    try {
      const child = await node.walk!(name);
      try {
        return await statOf(child, session.dialect);
      } finally {
        child.release();
      }
    } catch {
      return undefined;
    }
  }
}
