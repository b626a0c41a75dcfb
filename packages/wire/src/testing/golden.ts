import { VERSION_9P2000, VERSION_9P2000_L, VERSION_9P2000_U, type Dialect } from "../constants.js";
import type { Message } from "../message.js";

/** A message and the bytes that the specification says it has. */
export interface Golden {
  readonly message: Message<object>;
  readonly dialects: readonly Dialect[];
  readonly tag: number;
  readonly body: object;
  readonly bytes: Uint8Array;
  /** Lengths at which a cut-off message is whole all the same. */
  readonly wholeAt: readonly number[];
}

/** The dialects in which a message looks the same. */
export const EVERY = [VERSION_9P2000, VERSION_9P2000_U, VERSION_9P2000_L] as const;
export const PLAIN = [VERSION_9P2000] as const;
export const UNIX = [VERSION_9P2000_U, VERSION_9P2000_L] as const;

/** 64-bit values around which number, signed and unsigned arithmetic part ways. */
export const TWO_53_MINUS_1 = 9007199254740991n;
export const TWO_53_PLUS_1 = 9007199254740993n;
export const TWO_63 = 9223372036854775808n;
export const TWO_64_MINUS_1 = 18446744073709551615n;

/** Bytes from hex digits and 'quoted ASCII'; spaces stand between fields. */
export function fromHex(text: string): Uint8Array {
  const hex = text
    .replace(/'([^']*)'/g, (_, ascii: string) =>
      Array.from(ascii, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(""),
    )
    .replace(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error(`not hex: ${text}`);
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** A golden with tag 0x0201. */
export function golden<B extends object>(
  message: Message<B>,
  dialects: readonly Dialect[],
  body: B,
  hex: string,
  wholeAt: readonly number[] = [],
): Golden {
  const bytes = fromHex(hex);
  return { message: message, dialects, tag: 0x0201, body, bytes, wholeAt };
}
