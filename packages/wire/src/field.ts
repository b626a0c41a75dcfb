import type { Reader, Writer } from "./cursor.js";
import { VERSION_9P2000 } from "./constants.js";

/** One field of a message: how it is read and written, and thereby its type. */
export interface Field<T> {
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** The type of a field's value. */
export type FieldType<F> = F extends Field<infer T> ? T : never;

/** What a server knows a file by (intro(5)): 13 bytes on the wire. */
export interface Qid {
  /** Kind of file: a bit set of the QT… constants. */
  readonly type: number;
  /** Changes when the file does, u32. 0 makes the Linux client bypass its cache. */
  readonly version: number;
  /** Unique among the files of the server, u64. */
  readonly path: bigint;
}

/** Seconds and nanoseconds, two u64. */
export interface Timespec {
  readonly sec: bigint;
  readonly nsec: bigint;
}

export const u8: Field<number> = {
  read: (r) => r.u8(),
  write: (w, v) => {
    w.u8(v);
  },
};
export const u16: Field<number> = {
  read: (r) => r.u16(),
  write: (w, v) => {
    w.u16(v);
  },
};
export const u32: Field<number> = {
  read: (r) => r.u32(),
  write: (w, v) => {
    w.u32(v);
  },
};
export const u64: Field<bigint> = {
  read: (r) => r.u64(),
  write: (w, v) => {
    w.u64(v);
  },
};
export const string: Field<string> = {
  read: (r) => r.string(),
  write: (w, v) => {
    w.string(v);
  },
};

export const qid: Field<Qid> = {
  read: (r) => ({ type: r.u8(), version: r.u32(), path: r.u64() }),
  write(w, v) {
    w.u8(v.type);
    w.u32(v.version);
    w.u64(v.path);
  },
};

export const timespec: Field<Timespec> = {
  read: (r) => ({ sec: r.u64(), nsec: r.u64() }),
  write(w, v) {
    w.u64(v.sec);
    w.u64(v.nsec);
  },
};

/** count[4] data[count]: a payload, never copied when read. */
export const data: Field<Uint8Array> = {
  read: (r) => r.bytes(r.u32()),
  write(w, v) {
    w.u32(v.length);
    w.bytes(v);
  },
};

/**
 * count[2] and that many elements. A count that the rest of the message cannot
 * hold is an overrun before anything is allocated.
 */
export function list<T>(element: Field<T>): Field<T[]> {
  return {
    read(r) {
      const items: T[] = [];
      for (let left = r.u16(); left > 0 && !r.overrun; left--) items.push(element.read(r));
      return items;
    },
    write(w, items) {
      w.u16(items.length);
      for (const item of items) element.write(w, item);
    },
  };
}

/** A field that plain 9P2000 does not have: absent there, it reads as `absent`. */
export function unix<T>(field: Field<T>, absent: T): Field<T> {
  return {
    read: (r) => (r.dialect === VERSION_9P2000 ? absent : field.read(r)),
    write(w, v) {
      if (w.dialect !== VERSION_9P2000) field.write(w, v);
    },
  };
}

/** A last field that some clients leave out: missing, it reads as `absent`. It is always written. */
export function trailing<T>(field: Field<T>, absent: T): Field<T> {
  return {
    read: (r) => (r.remaining === 0 && !r.overrun ? absent : field.read(r)),
    write: (w, v) => {
      field.write(w, v);
    },
  };
}
