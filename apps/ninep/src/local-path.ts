import { lstat, stat } from "node:fs/promises";
import { isFileName } from "@ninep/client";
import { decodeText, encodeText } from "@ninep/wire";
import { FileError } from "./report.js";

/** A path on this machine, as the bytes that it is: names need not be UTF-8. */
export type LocalPath = Buffer;

const SLASH = 0x2f;

/** The bytes of a text in which lone surrogates stand for bytes (decodeText of \@ninep/wire). */
export function localBytes(text: string): Buffer {
  return Buffer.from(encodeText(text));
}

/** The path as text; {@link localBytes} gives it back. */
export function pathText(path: LocalPath): string {
  return decodeText(path, 0, path.length);
}

/**
 * The path of an entry of a directory. The only place where a name from a server
 * becomes part of a path.
 * @throws FileError for a name that would lead anywhere but to an entry of it
 */
export function entryPath(directory: LocalPath, name: string): LocalPath {
  if (!isFileName(name)) throw new FileError(`${JSON.stringify(name)} is not the name of a file`);
  const slash = directory.at(-1) === SLASH ? "" : "/";
  return Buffer.concat([directory, Buffer.from(slash), localBytes(name)]);
}

/** The directory that the last name of a path is in. */
export function directoryOf(path: LocalPath): LocalPath {
  const at = withoutSlashes(path).lastIndexOf(SLASH);
  if (at < 0) return Buffer.from(".");
  return at === 0 ? Buffer.from("/") : path.subarray(0, at);
}

/** The last name of a path; "" when it has none, as in "/", "." and "..". */
export function lastName(path: string): string {
  const name = path.split("/").findLast((part) => part !== "" && part !== ".") ?? "";
  return name === ".." || /(^|\/)\.\/*$/.test(path) ? "" : name;
}

/**
 * Where to copy something called `name` when the user says `path`: into it if it
 * is a directory, else to that very path.
 * @throws FileError when the path is a device, FIFO or socket, which a copy would replace
 */
export async function localTarget(path: LocalPath, name: string): Promise<LocalPath> {
  let kind;
  try {
    kind = await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (path.at(-1) === SLASH && name !== "") throw new FileError(`${pathText(path)}: no such directory`);
    return withoutSlashes(path);
  }
  if (kind.isDirectory()) return name === "" ? path : entryPath(path, name);
  if (!kind.isFile())
    throw new FileError(`${pathText(path)} is not a regular file, so nothing is written over it`);
  return path;
}

/** @throws FileError unless there is a directory, itself and not behind a symlink */
export async function checkRealDirectory(path: LocalPath): Promise<void> {
  const kind = await lstat(path);
  if (kind.isSymbolicLink())
    throw new FileError(`${pathText(path)} is a symlink here; nothing is written through it`);
  if (!kind.isDirectory()) throw new FileError(`${pathText(path)} is here, and is not a directory`);
}

function withoutSlashes(path: LocalPath): LocalPath {
  let end = path.length;
  while (end > 1 && path[end - 1] === SLASH) end--;
  return path.subarray(0, end);
}
