import { MAX_U16, type Reader, type Writer } from "./cursor.js";
import { qid, type Qid } from "./field.js";
import { WireError } from "./message.js";
import { encodedLength } from "./text.js";

/** Bytes of an entry of Rreaddir without its name: qid[13] offset[8] type[1] and the name's length[2]. */
export const DIRENT_OVERHEAD = 24;

/** One entry of Rreaddir: qid[13] offset[8] type[1] name[s] (diod's protocol.md). */
export interface Dirent {
  /** What the server knows the entry's file by; version may be 0. */
  readonly qid: Qid;
  /** Opaque: a Treaddir with this offset goes on after this entry, u64. */
  readonly offset: bigint;
  /** One of the DT_… constants. */
  readonly type: number;
  /** The entry's name, at most 65,535 bytes. */
  readonly name: string;
}

/**
 * Writes an entry if it fits whole before the offset `end` of the writer's
 * buffer. Returns false when it does not; then nothing is written and the
 * writer stands where it stood.
 */
export function writeDirent(writer: Writer, entry: Dirent, end: number): boolean {
  const size = encodedLength(entry.name);
  const room = Math.min(writer.room, end - writer.position);
  if (size > MAX_U16 || DIRENT_OVERHEAD + size > room) return false;
  qid.write(writer, entry.qid);
  writer.u64(entry.offset);
  writer.u8(entry.type);
  writer.string(entry.name);
  return true;
}

/**
 * Reads the entries of a Rreaddir payload, to the end of what `reader` holds.
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
