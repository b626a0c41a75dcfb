import type { Attr, File } from "@ninep/client";
import type { Timespec } from "@ninep/wire";
import { kindOfMode, type FileKind } from "./file-kind.js";

/** A file as --json shows it. Numbers are exact up to 2^53. */
export interface FileInfo {
  readonly name: string;
  readonly type: FileKind;
  /** Permission bits in octal, such as "0644". */
  readonly mode: string;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly blocks: number;
  /** ISO 8601 in UTC, with nanoseconds. */
  readonly atime: string;
  readonly mtime: string;
  readonly ctime: string;
  readonly qid: { readonly type: number; readonly version: number; readonly path: string };
  /** Where a symlink points. */
  readonly target?: string;
}

/** Asks for everything about a file; `name` is what it is called. */
export async function readFileInfo(file: File, name: string, signal: AbortSignal): Promise<[FileInfo, Attr]> {
  const attr = await file.getattr(undefined, { signal });
  const { qid } = attr;
  const info: FileInfo = {
    name,
    type: kindOfMode(attr.mode),
    mode: (attr.mode & 0o7777).toString(8).padStart(4, "0"),
    nlink: Number(attr.nlink),
    uid: attr.uid,
    gid: attr.gid,
    size: Number(attr.size),
    blocks: Number(attr.blocks),
    atime: formatTime(attr.atime),
    mtime: formatTime(attr.mtime),
    ctime: formatTime(attr.ctime),
    qid: { type: qid.type, version: qid.version, path: qid.path.toString() },
  };
  if (info.type !== "symlink") return [info, attr];
  return [{ ...info, target: await file.readlink({ signal }) }, attr];
}

/** A time in ISO 8601; seconds before 1970 are negative in a u64. Out of range, the bare number. */
export function formatTime({ sec, nsec }: Timespec): string {
  const seconds = BigInt.asIntN(64, sec);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `@${seconds}`;
  return date.toISOString().replace(/\.\d+Z$/, `.${nsec.toString().padStart(9, "0")}Z`);
}
