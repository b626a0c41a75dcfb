import { constants, type BigIntStats } from "node:fs";
import { lstat, open, readdir, readlink, stat, type FileHandle } from "node:fs/promises";
import type { AttrChange, File } from "@ninep/client";
import { decodeText, type Timespec } from "@ninep/wire";
import { tryFile, type Context } from "./context.js";
import type { CopyOptions } from "./get.js";
import { entryPath, lastName, localBytes, pathText, type LocalPath } from "./local-path.js";
import { keptMode } from "./local-write.js";
import { makeRemoteDirectory, remoteTarget, writeRemoteFile, writeRemoteSymlink } from "./remote-write.js";
import { onServer } from "./other-side.js";
import { FileError } from "./report.js";
import { SharedFile } from "./shared-file.js";
import { TreeCopy } from "./tree-copy.js";

/** What one read of a local file takes, in bytes. */
const CHUNK_SIZE = 256 * 1024;

/** Copies a file or tree of this machine to the server, with modes and times. */
export async function put(
  context: Context,
  local: string,
  remote: string,
  { recursive = false }: CopyOptions,
): Promise<void> {
  const { root, signal } = context;
  const path = localBytes(local);
  await tryFile(context, local, async () => {
    const kind = await (recursive ? lstat : stat)(path, { bigint: true });
    if (kind.isDirectory() && !recursive) throw new FileError("is a directory; -r copies it");
    const target = await onServer(remote, async () => remoteTarget(root, remote, lastName(local), signal));
    await using dir = target.dir;
    const { name } = target;
    if (!kind.isDirectory()) {
      await putEntry(context, path, kind, dir, name, !recursive);
      return;
    }
    const made = name === "" ? await dir.walk([], { signal }) : await makeDirectory(dir, name, kind, signal);
    const copy = new TreeCopy(context);
    copy.directory(local, async () => putDirectory(context, copy, path, kind, new SharedFile(made)));
    await copy.finish();
  });
}

/** Copies what is in a directory into `dir`, and in the end its mode and times. Releases `dir`. */
async function putDirectory(
  context: Context,
  copy: TreeCopy,
  local: LocalPath,
  kind: BigIntStats,
  dir: SharedFile,
): Promise<void> {
  const { signal } = context;
  dir.retain();
  copy.afterwards(pathText(local), async () =>
    dir.use(async (file) => {
      await file.setattr(keptAttr(kind), { signal });
    }),
  );
  await dir.use(async () => {
    for (const bytes of await readdir(local, { encoding: "buffer" })) {
      signal.throwIfAborted();
      const name = decodeText(bytes, 0, bytes.length);
      const path = entryPath(local, name);
      const text = pathText(path);
      await tryFile(context, text, async () => {
        const entry = await lstat(path, { bigint: true });
        dir.retain();
        if (entry.isDirectory()) {
          copy.directory(text, async () => {
            const made = await dir.use(async (parent) => makeDirectory(parent, name, entry, signal));
            await putDirectory(context, copy, path, entry, new SharedFile(made));
          });
        } else {
          copy.file(text, async () =>
            dir.use(async (parent) => {
              await putEntry(context, path, entry, parent, name, false);
            }),
          );
          await copy.ready();
        }
      });
    }
  });
}

async function makeDirectory(dir: File, name: string, kind: BigIntStats, signal: AbortSignal): Promise<File> {
  // We must be able to fill it; it gets its mode afterwards.
  const mode = keptMode(Number(kind.mode)) | 0o700;
  return onServer(name, async () => makeRemoteDirectory(dir, name, mode, signal));
}

/** Copies anything but a directory. */
async function putEntry(
  context: Context,
  path: LocalPath,
  kind: BigIntStats,
  dir: File,
  name: string,
  follow: boolean,
): Promise<void> {
  const { signal } = context;
  if (kind.isSymbolicLink()) {
    const target = await readlink(path, { encoding: "buffer" });
    const text = decodeText(target, 0, target.length);
    await onServer(name, async () => writeRemoteSymlink(dir, name, text, signal));
  } else if (kind.isFile()) {
    const file = await open(path, constants.O_RDONLY | (follow ? 0 : constants.O_NOFOLLOW));
    try {
      // Of the file that is open: the name may lead to another one by now.
      const now = await file.stat({ bigint: true });
      const chunks = chunksOf(file, Number(now.size), context);
      await onServer(name, async () => writeRemoteFile(dir, name, chunks, keptAttr(now), signal));
    } finally {
      await file.close();
    }
  } else {
    throw new FileError("is neither a file, a directory nor a symlink; only those are copied");
  }
  context.progress.files++;
}

async function* chunksOf(file: FileHandle, size: number, { progress }: Context): AsyncGenerator<Uint8Array> {
  for (let at = 0; ;) {
    // One byte more than there should be: when it does not come, that was the end.
    const room = Math.min(CHUNK_SIZE, at < size ? size - at + 1 : CHUNK_SIZE);
    const buffer = new Uint8Array(room);
    const { bytesRead } = await file.read(buffer, 0, room, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
    progress.bytes += bytesRead;
    if (at === size && bytesRead < room) return;
  }
}

function keptAttr(kind: BigIntStats): AttrChange {
  return { mode: keptMode(Number(kind.mode)), atime: timespec(kind.atimeNs), mtime: timespec(kind.mtimeNs) };
}

/** Seconds and nanoseconds; those before 1970 have negative seconds, in a u64. */
function timespec(ns: bigint): Timespec {
  const billion = 1_000_000_000n;
  const nsec = ((ns % billion) + billion) % billion;
  return { sec: BigInt.asUintN(64, (ns - nsec) / billion), nsec };
}
