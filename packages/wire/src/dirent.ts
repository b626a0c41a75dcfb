import type { Reader, Writer } from "./cursor.js";
import type { Qid } from "./field.js";
import { qid } from "./field.js";
import { WireError } from "./message.js";

/** Bytes of an entry of Rreaddir without its name: qid[13] offset[8] type[1] and the name's length[2]. */
export const DIRENT_OVERHEAD = 24;

/** One entry of Rreaddir. */
export interface Dirent {
  readonly qid: Qid;
  /** Opaque: a Treaddir with this offset goes on after this entry, u64. */
  readonly offset: bigint;
  /** One of the DT_… constants. */
  readonly type: number;
  readonly name: string;
}

/** Writes an entry unless it does not fit whole; false then, and nothing is written. */
export function writeDirent(writer: Writer, entry: Dirent, end: number): boolean {
  const start = writer.position;
  // One byte a UTF-16 unit is the least it can take: cheap to refuse before encoding.
  if (start + DIRENT_OVERHEAD + entry.name.length > end) return false;
  qid.write(writer, entry.qid);
  writer.u64(entry.offset);
  writer.u8(entry.type);
  writer.string(entry.name);
  return !writer.overrun && writer.position <= end;
}

/**
 * Reads the entries of a Rreaddir payload.
 * @throws WireError when an entry is cut off.
 */
export function readDirents(reader: Reader): Dirent[] {
  const entries: Dirent[] = [];
  while (reader.remaining > 0) {
    entries.push({ qid: qid.read(reader), offset: reader.u64(), type: reader.u8(), name: reader.string() });
    if (reader.overrun) throw new WireError("Rreaddir ends in the middle of an entry");
  }
  return entries;
}
