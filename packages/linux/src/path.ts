/**
 * A path or name for the kernel: text, sent as UTF-8, or bytes that end with a
 * NUL, for names that are not UTF-8.
 */
export type PathArg = string | Uint8Array;

/**
 * Whether a path reaches the kernel as it is. A NUL inside would cut it short
 * and a lone surrogate would turn into U+FFFD: both name another file than the
 * one that was asked for, so the calls answer EINVAL.
 */
export function isPath(path: PathArg): boolean {
  if (typeof path === "string") return !path.includes("\0") && isWellFormed(path);
  const last = path.length - 1;
  return last >= 0 && path.indexOf(0) === last;
}

/** A name's raw bytes as a path: a copy with the NUL that C wants. */
export function pathBytes(bytes: Uint8Array): Uint8Array {
  const path = new Uint8Array(bytes.length + 1);
  path.set(bytes);
  return path;
}

/** How a path reads in a message: with what is not UTF-8 replaced and control characters escaped. */
export function describePath(path: PathArg): string {
  const text = typeof path === "string" ? path : new TextDecoder().decode(path).replace(/\0$/, "");
  return text.replace(CONTROL, escape);
}

// Names are the peer's, and messages end up on terminals.
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** ES2024's String.prototype.isWellFormed, which Node has had since version 20. */
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}
