import { encodeText } from "@ninep/wire";

/** What a terminal may act on, and what stands for bytes that are not UTF-8. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text for a terminal: a name that a server made up cannot move the cursor. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "?");
}

/** A line of output: for a terminal printable, else with the very bytes of the names in it. */
export function line(text: string, isTerminal: boolean): Uint8Array {
  return encodeText(`${isTerminal ? printable(text) : text}\n`);
}
