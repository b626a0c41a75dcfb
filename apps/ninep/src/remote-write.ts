import { resolvePath, type File, NinepError, type AttrChange } from "@ninep/client";
import { L_O_CREAT, L_O_EXCL, L_O_WRONLY, QTDIR, errno } from "@ninep/wire";
import { lastName } from "./local-path.js";
import { kindOfMode } from "./file-kind.js";
import { temporaryName } from "./local-write.js";
import { FileError } from "./report.js";

/** A place on the server: a name in a directory. */
export interface RemoteTarget {
  readonly dir: File;
  /** "" is the directory itself. */
  readonly name: string;
}

/**
 * Where to copy something called `name` when the user says `path`: into it if it
 * is a directory, else to that very path. The caller closes `dir`.
 * @throws FileError when the path is a device, FIFO or socket, which a copy would replace
 */
export async function remoteTarget(
  root: File,
  path: string,
  name: string,
  signal: AbortSignal,
): Promise<RemoteTarget> {
  const there = await resolvePath(root, path, { signal }).catch((error: unknown) => {
    if (error instanceof NinepError && error.errno === errno.ENOENT) return undefined;
    throw error;
  });
  if (there) {
    if ((there.qid.type & QTDIR) !== 0) return { dir: there, name };
    await using file = there;
    const kind = kindOfMode((await file.getattr(undefined, { signal })).mode);
    if (kind !== "file")
      throw new FileError(`${path} on the server is a ${kind}, so nothing is written over it`);
  }
  const last = lastName(path);
  if (last === "" || (path.endsWith("/") && name !== ""))
    throw new FileError(`${path} on the server: no such directory`);
  const parent = path.slice(0, path.lastIndexOf(last));
  return { dir: await resolvePath(root, parent, { signal }), name: last };
}

/** Writes a file beside its place and moves it there when it is whole, over what is there. */
export async function writeRemoteFile(
  dir: File,
  name: string,
  content: AsyncIterable<Uint8Array>,
  kept: AttrChange,
  signal: AbortSignal,
): Promise<void> {
  const temporary = temporaryName();
  const file = await dir.create(temporary, L_O_WRONLY | L_O_CREAT | L_O_EXCL, 0o600, { signal });
  try {
    try {
      await file.writeFrom(content, 0, { signal });
      await file.setattr(kept, { signal });
    } finally {
      await file.close();
    }
    await dir.rename(temporary, dir, name, { signal });
  } catch (error) {
    await dir.unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** Makes a symlink, over a file or symlink that is there. */
export async function writeRemoteSymlink(
  dir: File,
  name: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await dir.symlink(name, target, { signal });
    return;
  } catch (error) {
    if (!(error instanceof NinepError) || error.errno !== errno.EEXIST) throw error;
  }
  const temporary = temporaryName();
  await dir.symlink(temporary, target, { signal });
  try {
    await dir.rename(temporary, dir, name, { signal });
  } catch (error) {
    await dir.unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/**
 * Makes a directory, or takes the one that is there. The caller closes it.
 * @throws FileError when a symlink or anything else is there
 */
export async function makeRemoteDirectory(
  dir: File,
  name: string,
  mode: number,
  signal: AbortSignal,
): Promise<File> {
  await dir.mkdir(name, mode, { signal }).catch((error: unknown) => {
    if (!(error instanceof NinepError) || error.errno !== errno.EEXIST) throw error;
  });
  const made = await dir.walk([name], { signal });
  if ((made.qid.type & QTDIR) !== 0) return made;
  await made.close();
  throw new FileError(`${name} on the server is there, and is not a directory`);
}
