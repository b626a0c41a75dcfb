import { VERSION_9P2000 } from "./constants.js";
import { MAX_U16, type Reader, type Writer } from "./cursor.js";

/** One field of a message: how it is read and written, and thereby its type. */
export interface Field<T> {
  /** Reads the field; past the end of the message it sets `reader.overrun` and the value means nothing. */
  read(reader: Reader): T;
  /** Writes the field; what does not fit sets `writer.overrun`. */
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

/** A time of Rgetattr and Tsetattr: 16 bytes on the wire. */
export interface Timespec {
  /** Seconds since 1970, u64; a time before it is in two's complement, as Linux sends it. */
  readonly sec: bigint;
  /** Nanoseconds of the second, u64. */
  readonly nsec: bigint;
}

/** An integer of one byte, 0 to 255. */
export const u8: Field<number> = {
  read: (r) => r.u8(),
  write: (w, v) => {
    w.u8(v);
  },
};
/** An integer of two bytes, 0 to 65,535. */
export const u16: Field<number> = {
  read: (r) => r.u16(),
  write: (w, v) => {
    w.u16(v);
  },
};
/** An integer of four bytes, 0 to 2^32 - 1. */
export const u32: Field<number> = {
  read: (r) => r.u32(),
  write: (w, v) => {
    w.u32(v);
  },
};
/** An integer of eight bytes, 0 to 2^64 - 1, as a bigint. */
export const u64: Field<bigint> = {
  read: (r) => r.u64(),
  write: (w, v) => {
    w.u64(v);
  },
};
/** s[2]: a length and at most 65,535 bytes of text. */
export const string: Field<string> = {
  read: (r) => r.string(),
  write: (w, v) => {
    w.string(v);
  },
};

/** type[1] version[4] path[8] (intro(5)). */
export const qid: Field<Qid> = {
  read: (r) => ({ type: r.u8(), version: r.u32(), path: r.u64() }),
  write(w, v) {
    w.u8(v.type);
    w.u32(v.version);
    w.u64(v.path);
  },
};

/** sec[8] nsec[8]. */
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
 * count[2] and that many elements, each at least `minSize` bytes long. A count
 * that the rest of the message cannot hold is an overrun before anything is allocated.
 */
export function list<T>(element: Field<T>, minSize: number): Field<readonly T[]> {
  return {
    read(r) {
      const count = r.u16();
      const items: T[] = [];
      if (count * minSize > r.remaining) r.fail();
      else for (let i = 0; i < count; i++) items.push(element.read(r));
      return items;
    },
    write(w, items) {
      if (items.length > MAX_U16) {
        w.fail();
        return;
      }
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
