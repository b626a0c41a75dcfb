import { HEADER_SIZE } from "./constants.js";
import type { Reader, Writer } from "./cursor.js";
import type { Field, FieldType } from "./field.js";
import { RecordCodec } from "./record.js";

type Fields = Record<string, Field<never>>;

/** The fields of a message as an object, inferred from its table. */
export type Body<M> = M extends Message<infer B> ? B : never;

/** Thrown for a message that does not follow the protocol; `message` says where. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** One message of the protocol: its number and how its body is read and written. */
export interface Message<B> {
  /** Such as "Twalk". */
  readonly name: string;
  /** The type byte. */
  readonly type: number;
  /** The fields, in wire order. */
  readonly fields: readonly string[];
  /**
   * Reads the body in place, from behind the header to the end of `reader`. Lengths
   * and counts are checked; a payload is a view of the frame, good for as long as the frame is.
   * @throws WireError when the message is shorter or longer than its fields.
   */
  decode(reader: Reader): B;
  /**
   * Writes the whole message at the writer's position and returns its size in bytes.
   * A payload that already lies in its place in the buffer is not copied.
   * @param tag 0 to 65,535.
   * @throws WireError when it does not fit, a string is over 65,535 bytes or a list
   *   over 65,535 elements; the buffer then holds rubbish.
   */
  encode(writer: Writer, tag: number, body: B): number;
}

/** Defines a message by its ordered fields: the order of the table is the order on the wire. */
export function message<F extends Record<string, Field<unknown>> | Fields>(
  name: string,
  type: number,
  table: F,
): Message<{ readonly [K in keyof F]: FieldType<F[K]> }> {
  const fields = new RecordCodec<{ readonly [K in keyof F]: FieldType<F[K]> }>(table);
  return {
    name,
    type,
    fields: fields.names,
    decode(reader) {
      const body = fields.read(reader);
      if (reader.overrun) throw new WireError(`${name} is truncated or a length in it is wrong`);
      if (reader.remaining > 0)
        throw new WireError(`${name} has ${reader.remaining} bytes after its last field`);
      return body;
    },
    encode(writer, tag, body) {
      const start = writer.position;
      writer.u32(0);
      writer.u8(type);
      writer.u16(tag);
      fields.write(writer, body);
      if (writer.overrun)
        throw new WireError(`${name} does not fit into its buffer, or a string or list in it is too long`);
      const size = writer.position - start;
      writer.patchU32(start, size);
      return size;
    },
  };
}

/**
 * The size[4], type[1] and tag[2] that `frame` begins with. The size is what the
 * message claims: compare it with `frame.length` unless a Framer cut the frame.
 * @throws WireError when the frame is shorter than {@link HEADER_SIZE}.
 */
export function readHeader(frame: Uint8Array): { size: number; type: number; tag: number } {
  if (frame.length < HEADER_SIZE) throw new WireError(`a message of ${frame.length} bytes has no header`);
  return {
    size: (frame[0]! | (frame[1]! << 8) | (frame[2]! << 16) | (frame[3]! << 24)) >>> 0,
    type: frame[4]!,
    tag: frame[5]! | (frame[6]! << 8),
  };
}
