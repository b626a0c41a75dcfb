import { QTDIR, QTSYMLINK, errno } from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import { File } from "./file.js";
import { NinepError } from "./ninep-error.js";
import { splitPath, walkNames } from "./walk.js";

export interface ResolveOptions extends RequestOptions {
  /** Follow a symlink that the whole path names; true by default. Those on the way are always followed. */
  readonly follow?: boolean;
}

/** As many symlinks as Linux follows (path_resolution(7)). */
const MAX_SYMLINKS = 40;

/**
 * The file that `path` names as a process would see it whose root directory is
 * `root`: symlinks are followed, an absolute one begins at `root`, and ".." goes
 * up, though never above `root`. With a slash at its end it names a directory, also behind a symlink.
 * A path without symlinks and ".." takes one Twalk.
 * @throws NinepError ENOENT, ENOTDIR, ELOOP
 */
export async function resolvePath(root: File, path: string, options: ResolveOptions = {}): Promise<File> {
  const { signal } = options;
  const mustBeDirectory = /\/\.?$/.test(path);
  const follow = mustBeDirectory || (options.follow ?? true);
  const { connection } = root;
  /** Names that lead from the root to where we are; all but the last are directories. */
  let resolved: string[] = [];
  let rest = splitPath(path);
  for (let links = 0; ;) {
    const up = rest.indexOf("..");
    const run = up < 0 ? rest : rest.slice(0, up);
    rest = up < 0 ? [] : rest.slice(up);
    const names = [...resolved, ...run];
    const { fid, qids, error } = await walkNames(connection, root.fid, names, { signal });
    const file = fid === undefined ? undefined : new File(connection, fid, qids.at(-1) ?? root.qid);
    const link = qids.findIndex(({ type }) => (type & QTSYMLINK) !== 0);
    const isLast = link === names.length - 1 && rest.length === 0;
    if (link >= 0 && (follow || !isLast)) {
      await file?.close();
      if (++links > MAX_SYMLINKS) throw new NinepError(errno.ELOOP, `${path}: too many symlinks`);
      const target = await readLink(root, names.slice(0, link + 1), signal);
      rest = [...splitPath(target), ...names.slice(link + 1), ...rest];
      resolved = target.startsWith("/") ? [] : names.slice(0, link);
      continue;
    }
    if (!file) throw error ?? new NinepError(errno.ENOENT);
    const isDirectory = (file.qid.type & QTDIR) !== 0;
    if (rest.length === 0 && (isDirectory || !mustBeDirectory)) return file;
    await file.close();
    if (!isDirectory) throw new NinepError(errno.ENOTDIR);
    resolved = names.slice(0, -1);
    rest = rest.slice(1);
  }
}

async function readLink(
  root: File,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  await using link = await root.walk(names, { signal });
  const target = await link.readlink({ signal });
  if (target === "") throw new NinepError(errno.ENOENT, `${names.join("/")}: a symlink to nowhere`);
  return target;
}
