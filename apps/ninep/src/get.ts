import { stat } from "node:fs/promises";
import { resolvePath, type Attr, type File } from "@ninep/client";
import { L_O_RDONLY, QTDIR } from "@ninep/wire";
import { tryFile, type Context } from "./context.js";
import { kindOfMode } from "./file-kind.js";
import { entryPath, lastName, localBytes, localTarget, type LocalPath } from "./local-path.js";
import {
  finishLocalDirectory,
  makeLocalDirectory,
  writeLocalFile,
  writeLocalSymlink,
} from "./local-write.js";
import { onLocal } from "./other-side.js";
import { FileError } from "./report.js";
import { SharedFile } from "./shared-file.js";
import { TreeCopy } from "./tree-copy.js";

export interface CopyOptions {
  /** Directories with all that is in them. */
  readonly recursive?: boolean;
}

/**
 * Copies a file or tree of the server to this machine, with modes and times.
 * Nothing is written outside of `local`, whatever names and symlinks the server
 * sends: names are checked, files and symlinks are moved into place over what is
 * there, and no directory is entered that is not a real one.
 */
export async function get(
  context: Context,
  remote: string,
  local: string,
  { recursive = false }: CopyOptions,
): Promise<void> {
  const { root, signal } = context;
  await tryFile(context, remote, async () => {
    await using file = await resolvePath(root, remote, { follow: !recursive, signal });
    const attr = await file.getattr(undefined, { signal });
    const target = await onLocal(localBytes(local), async () =>
      localTarget(localBytes(local), lastName(remote)),
    );
    if ((file.qid.type & QTDIR) === 0) {
      await getEntry(context, file, attr, target);
      return;
    }
    if (!recursive) throw new FileError("is a directory; -r copies it");
    const copy = new TreeCopy(context);
    const own = new SharedFile(await file.walk([], { signal }));
    copy.directory(remote, async () => getDirectory(context, copy, own, remote, target, true));
    await copy.finish();
  });
}

/** Copies a directory and adds what is in it to the copy. Releases `dir`. */
async function getDirectory(
  context: Context,
  copy: TreeCopy,
  dir: SharedFile,
  remote: string,
  local: LocalPath,
  isTop = false,
): Promise<void> {
  const { signal } = context;
  await dir.use(async (file) => {
    const attr = await file.getattr(undefined, { signal });
    // A symlink that the user names is theirs; any other may be the server's, and is not entered.
    if (!isTop || !(await isDirectory(local))) await onLocal(local, async () => makeLocalDirectory(local));
    copy.afterwards(remote, async () => onLocal(local, async () => finishLocalDirectory(local, attr)));
    const seen = new Set<string>();
    for await (const { name, qid } of file.readdir({ signal })) {
      const path = `${remote.replace(/\/$/, "")}/${name}`;
      if (seen.has(name)) {
        context.report.error(path, new FileError("the server has this name twice in one directory"));
        continue;
      }
      seen.add(name);
      const target = entryPath(local, name);
      dir.retain();
      if ((qid.type & QTDIR) !== 0) {
        copy.directory(path, async () => {
          const sub = await dir.use(async (parent) => parent.walk([name], { signal }));
          await getDirectory(context, copy, new SharedFile(sub), path, target);
        });
      } else {
        copy.file(path, async () => {
          await using entry = await dir.use(async (parent) => parent.walk([name], { signal }));
          await getEntry(context, entry, await entry.getattr(undefined, { signal }), target);
        });
        await copy.ready();
      }
    }
  });
}

async function isDirectory(path: LocalPath): Promise<boolean> {
  return stat(path).then(
    (kind) => kind.isDirectory(),
    () => false,
  );
}

/** Copies anything but a directory. */
async function getEntry(context: Context, file: File, attr: Attr, local: LocalPath): Promise<void> {
  const { signal, progress } = context;
  const kind = kindOfMode(attr.mode);
  if (kind === "symlink") {
    const target = await file.readlink({ signal });
    await onLocal(local, async () => writeLocalSymlink(local, target, attr));
  } else if (kind === "file") {
    await using open = await file.open(L_O_RDONLY, { signal });
    const chunks = open.readStream({ sizeHint: attr.size, signal });
    await onLocal(local, async () => writeLocalFile(local, counted(chunks, context), attr));
  } else {
    throw new FileError(`is a ${kind}; only files, directories and symlinks are copied`);
  }
  progress.files++;
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  { progress }: Context,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    progress.bytes += chunk.length;
  }
}
