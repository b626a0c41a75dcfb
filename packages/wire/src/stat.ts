import { NO_ID } from "./constants.js";
import type { Reader, Writer } from "./cursor.js";
import { type Field, type Qid, list, qid, string, u16, u32, u64, unix } from "./field.js";

/** A directory entry of 9P2000 and 9P2000.u (stat(5)); 9P2000.L uses Rgetattr instead. */
export interface Stat {
  readonly type: number;
  readonly dev: number;
  readonly qid: Qid;
  /** Permissions in the low nine bits, DM… bits above. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly atime: number;
  readonly mtime: number;
  /** Bytes; 0 for a directory. */
  readonly length: bigint;
  readonly name: string;
  readonly uid: string;
  readonly gid: string;
  readonly muid: string;
  /** 9P2000.u: the target of a symlink, or "b 8 0" for a device. */
  readonly extension: string;
  /** 9P2000.u: numeric owner, group and last writer; {@link NO_ID} when unknown. */
  readonly nUid: number;
  readonly nGid: number;
  readonly nMuid: number;
}

const fields: { [K in keyof Stat]: Field<Stat[K]> } = {
  type: u16,
  dev: u32,
  qid,
  mode: u32,
  atime: u32,
  mtime: u32,
  length: u64,
  name: string,
  uid: string,
  gid: string,
  muid: string,
  extension: unix(string, ""),
  nUid: unix(u32, NO_ID),
  nGid: unix(u32, NO_ID),
  nMuid: unix(u32, NO_ID),
};
const names = Object.keys(fields) as (keyof Stat)[];

/** stat[n] as it stands in a directory read: size[2] and the fields. */
export const stat: Field<Stat> = {
  read(r: Reader) {
    const size = r.u16();
    const before = r.remaining;
    const out: Record<string, unknown> = {};
    for (const name of names) out[name] = fields[name].read(r);
    // The inner size must say what was there: a lie would make us read the next field as this one.
    if (before - r.remaining !== size) r.overrun = true;
    return out as unknown as Stat;
  },
  write(w: Writer, value) {
    const start = w.position;
    w.u16(0);
    for (const name of names) (fields[name] as Field<unknown>).write(w, value[name]);
    if (!w.overrun) w.patchU16(start, w.position - start - 2);
  },
};

/** stat[n] as it stands in Rstat and Twstat: a second size[2] before the first. */
export const countedStat: Field<Stat> = {
  read(r: Reader) {
    const size = r.u16();
    if (size !== r.remaining) r.overrun = true;
    return stat.read(r);
  },
  write(w: Writer, value) {
    const start = w.position;
    w.u16(0);
    stat.write(w, value);
    if (!w.overrun) w.patchU16(start, w.position - start - 2);
  },
};

/** A list of strings, as the names of Twalk. */
export const strings = list(string);
/** A list of qids, as in Rwalk. */
export const qids = list(qid);
