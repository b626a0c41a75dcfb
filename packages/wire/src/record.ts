import type { Reader, Writer } from "./cursor.js";
import { data, qid, string, timespec, u16, u32, u64, u8, type Field } from "./field.js";

// The fields that nearly every message is made of have a number each, so that
// the loops below reach them by a switch that the engine compiles into one
// function. A call through `field.read` would be indirect, and those cost more
// than the reading.
const OTHER = 0;
const U8 = 1;
const U16 = 2;
const U32 = 3;
const U64 = 4;
const STRING = 5;
const QID = 6;
const TIMESPEC = 7;
const DATA = 8;

const KINDS = new Map<unknown, number>([
  [u8, U8],
  [u16, U16],
  [u32, U32],
  [u64, U64],
  [string, STRING],
  [qid, QID],
  [timespec, TIMESPEC],
  [data, DATA],
]);

/** Named fields in the order they have on the wire: the body of a message, or a stat. */
export class RecordCodec<T> {
  /** The names of the fields, in wire order. */
  readonly names: readonly string[];
  readonly #fields: readonly Field<unknown>[];
  readonly #kinds: readonly number[];

  constructor(table: Readonly<Record<string, Field<unknown>>>) {
    this.names = Object.keys(table);
    this.#fields = Object.values(table);
    this.#kinds = this.#fields.map((field) => KINDS.get(field) ?? OTHER);
  }

  read(r: Reader): T {
    const names = this.names;
    const kinds = this.#kinds;
    const out: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) out[names[i]!] = this.#readField(r, kinds[i]!, i);
    return out as T;
  }

  #readField(r: Reader, kind: number, i: number): unknown {
    switch (kind) {
      case U8:
        return r.u8();
      case U16:
        return r.u16();
      case U32:
        return r.u32();
      case U64:
        return r.u64();
      case STRING:
        return r.string();
      case QID:
        return { type: r.u8(), version: r.u32(), path: r.u64() };
      case TIMESPEC:
        return { sec: r.u64(), nsec: r.u64() };
      case DATA:
        return r.bytes(r.u32());
      default:
        return this.#fields[i]!.read(r);
    }
  }

  write(w: Writer, value: T): void {
    const names = this.names;
    const kinds = this.#kinds;
    const values = value as Record<string, unknown>;
    for (let i = 0; i < names.length; i++) this.#writeField(w, kinds[i]!, i, values[names[i]!]);
  }

  #writeField(w: Writer, kind: number, i: number, value: unknown): void {
    switch (kind) {
      case U8:
        w.u8(value as number);
        return;
      case U16:
        w.u16(value as number);
        return;
      case U32:
        w.u32(value as number);
        return;
      case U64:
        w.u64(value as bigint);
        return;
      case STRING:
        w.string(value as string);
        return;
      case QID:
        qid.write(w, value as never);
        return;
      case TIMESPEC:
        timespec.write(w, value as never);
        return;
      case DATA:
        data.write(w, value as never);
        return;
      default:
        this.#fields[i]!.write(w, value);
    }
  }
}
