import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lutimes, mkdir, open, rename, symlink, unlink, utimes, chmod } from "node:fs/promises";
import type { Attr } from "@ninep/client";
import type { Timespec } from "@ninep/wire";
import { checkRealDirectory, directoryOf, entryPath, localBytes, type LocalPath } from "./local-path.js";

/** What a copy keeps of a file. */
export type KeptAttr = Pick<Attr, "mode" | "atime" | "mtime">;

/** A name that nothing has: copies get their own name only when they are whole. */
export function temporaryName(): string {
  return `.ninep-${randomBytes(8).toString("hex")}`;
}

/** The bits of a mode that a copy keeps. It has another owner, so set-user-ID would mean something else. */
export function keptMode(mode: number): number {
  return mode & 0o777;
}

/** Writes a file beside its place and moves it there when it is whole, over what is there. */
export async function writeLocalFile(
  path: LocalPath,
  content: AsyncIterable<Uint8Array>,
  attr: KeptAttr,
): Promise<void> {
  await putInPlace(path, async (temporary) => {
    // Exclusive: a symlink that stands here is not followed.
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      // Each goes on where the one before ended.
      for await (const chunk of content) await file.writeFile(chunk);
      await file.chmod(keptMode(attr.mode));
      const times = timesOf(attr);
      if (times) await file.utimes(...times);
    } finally {
      await file.close();
    }
  });
}

/** Makes a symlink, over a file or symlink that is there. */
export async function writeLocalSymlink(path: LocalPath, target: string, attr: KeptAttr): Promise<void> {
  await putInPlace(path, async (temporary) => {
    await symlink(localBytes(target), temporary);
    const times = timesOf(attr);
    if (times) await lutimes(temporary, ...times);
  });
}

/**
 * Makes a directory that only we may use until it is filled, or takes the one that is there.
 * @throws FileError when a symlink or anything else is there
 */
export async function makeLocalDirectory(path: LocalPath): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await checkRealDirectory(path);
  }
}

/** Mode and times of a directory that is filled. */
export async function finishLocalDirectory(path: LocalPath, attr: KeptAttr): Promise<void> {
  await chmod(path, keptMode(attr.mode));
  const times = timesOf(attr);
  if (times) await utimes(path, ...times);
}

async function putInPlace(path: LocalPath, make: (temporary: LocalPath) => Promise<void>): Promise<void> {
  const temporary = entryPath(directoryOf(path), temporaryName());
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** Seconds since 1970 as Node takes them, to a fraction of a microsecond; undefined when out of its range. */
function timesOf({ atime, mtime }: KeptAttr): [number, number] | undefined {
  const times = [atime, mtime].map(seconds) as [number, number];
  return times.every((time) => Math.abs(time) < 2 ** 33) ? times : undefined;
}

function seconds({ sec, nsec }: Timespec): number {
  return Number(BigInt.asIntN(64, sec)) + Number(nsec) / 1e9;
}
