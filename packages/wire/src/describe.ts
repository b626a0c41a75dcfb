import { HEADER_SIZE, type Dialect } from "./constants.js";
import { Reader } from "./cursor.js";
import { errnoName } from "./errno.js";
import { messageOfType } from "./message-table.js";
import { Rlerror } from "./messages-9p2000l.js";
import { readHeader } from "./message.js";

/** Longest description in UTF-16 units: a message can hold megabytes of names. */
const MAX_LINE = 1000;

/**
 * One line for people: `Twalk tag 1 fid 0 newfid 1 names ["etc"]`. Payloads show
 * as their length, a qid as `(type version path)` with type and path in
 * hexadecimal, a time in seconds. Control characters are escaped and the line is
 * cut at 1,000 characters, so that a peer cannot spoil a log. Never throws: a
 * frame that cannot be decoded is described as such.
 */
export function describeMessage(frame: Uint8Array, dialect: Dialect): string {
  const line = describeFrame(frame, dialect);
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}

function describeFrame(frame: Uint8Array, dialect: Dialect): string {
  if (frame.length < HEADER_SIZE) return `a cut-off message of ${frame.length} bytes`;
  const { type, tag } = readHeader(frame);
  const message = messageOfType(type);
  if (!message) return `unknown message type ${type} tag ${tag}, ${frame.length} bytes`;
  const reader = new Reader();
  reader.dialect = dialect;
  try {
    const body = message.decode(reader.reset(frame, HEADER_SIZE));
    const words = Object.entries(body).map(([name, value]) => `${name} ${describeValue(value)}`);
    if (type === Rlerror.type) {
      const name = errnoName((body as { errno: number }).errno);
      if (name.startsWith("E")) words.push(name);
    }
    return [message.name, `tag ${tag}`, ...words].join(" ");
  } catch (error) {
    return `${message.name} tag ${tag}: ${(error as Error).message}`;
  }
}

/** JSON, and with its escapes also what it leaves alone: DEL, the C1 controls and Unicode's line breaks. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join(" ")}]`;
  if (typeof value === "object" && value !== null) {
    if ("path" in value && "version" in value) {
      const { type, version, path } = value as { type: number; version: number; path: bigint };
      return `(${type.toString(16)} ${version} ${path.toString(16)})`;
    }
    if ("sec" in value && "nsec" in value) {
      const { sec, nsec } = value as { sec: bigint; nsec: bigint };
      return `${sec}.${String(nsec).padStart(9, "0")}`;
    }
    return `{${Object.entries(value)
      .map(([name, inner]) => `${name} ${describeValue(inner)}`)
      .join(" ")}}`;
  }
  return String(value);
}
