import { NO_ID } from "./constants.js";
import { MAX_U16, type Writer } from "./cursor.js";
import { list, qid, string, u16, u32, u64, unix, type Field, type Qid } from "./field.js";
import { RecordCodec } from "./record.js";

/** A directory entry of 9P2000 and 9P2000.u (stat(5)); 9P2000.L uses Rgetattr instead. */
export interface Stat {
  /** For the kernel of Plan 9, u16; servers send 0. */
  readonly type: number;
  /** For the kernel of Plan 9, u32; servers send 0. */
  readonly dev: number;
  /** What the server knows the file by. */
  readonly qid: Qid;
  /** Permissions in the low nine bits, DM… bits above, u32. */
  readonly mode: number;
  /** Last read, in seconds since 1970, u32. */
  readonly atime: number;
  /** Last write, in seconds since 1970, u32. */
  readonly mtime: number;
  /** Bytes, u64; 0 for a directory. */
  readonly length: bigint;
  /** The last element of the path; "/" for the root. */
  readonly name: string;
  /** The owner's name. */
  readonly uid: string;
  /** The group's name. */
  readonly gid: string;
  /** Name of the user who last wrote the file. */
  readonly muid: string;
  /** 9P2000.u: the target of a symlink, or "b 8 0" for a device. "" in 9P2000. */
  readonly extension: string;
  /** 9P2000.u: the numeric owner; {@link NO_ID} when unknown and in 9P2000. */
  readonly nUid: number;
  /** 9P2000.u: the numeric group; {@link NO_ID} when unknown and in 9P2000. */
  readonly nGid: number;
  /** 9P2000.u: the last writer's number; {@link NO_ID} when unknown and in 9P2000. */
  readonly nMuid: number;
}

const table: { [K in keyof Stat]: Field<Stat[K]> } = {
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
const fields = new RecordCodec<Stat>(table);

/** Writes size[2] and then what `body` writes; more than 65,535 bytes of it are an overrun. */
function counted(w: Writer, body: () => void): void {
  const start = w.position;
  w.u16(0);
  body();
  const size = w.position - start - 2;
  if (size > MAX_U16) w.fail();
  if (!w.overrun) w.patchU16(start, size);
}

/** stat[n] as it stands in a directory read: size[2] and the fields (stat(5)). */
export const stat: Field<Stat> = {
  read(r) {
    const size = r.u16();
    const before = r.remaining;
    const value = fields.read(r);
    // The inner size must say what was there: a lie would make us read the next field as this one.
    if (before - r.remaining !== size) r.fail();
    return value;
  },
  write(w, value) {
    counted(w, () => {
      fields.write(w, value);
    });
  },
};

/** stat[n] as it stands in Rstat and Twstat: a second size[2] before the first (the BUGS of stat(5)). */
export const countedStat: Field<Stat> = {
  read(r) {
    const size = r.u16();
    if (size !== r.remaining) r.fail();
    return stat.read(r);
  },
  write(w, value) {
    counted(w, () => {
      stat.write(w, value);
    });
  },
};

/** The names of Twalk: nwname[2] and as many s[2]. */
export const strings = list(string, 2);
/** The qids of Rwalk: nwqid[2] and as many qid[13]. */
export const qids = list(qid, 13);
