import { resolvePath, type File } from "@ninep/client";
import { QTDIR } from "@ninep/wire";
import { FILES_AT_ONCE, tryFile, type Context } from "./context.js";
import { readFileInfo, type FileInfo } from "./file-info.js";
import { formatMode } from "./file-kind.js";
import { mapPool } from "./task-pool.js";

export interface LsOptions {
  readonly long?: boolean;
  readonly json?: boolean;
}

/** A line of `ls -l`, in columns. */
type Row = readonly string[];

/** Lists directories, or the files themselves. */
export async function ls(context: Context, paths: readonly string[], options: LsOptions): Promise<void> {
  const several = paths.length > 1 && !options.json;
  for (const [i, path] of paths.entries()) {
    await tryFile(context, path, async () => {
      // As ls(1): details are those of a symlink itself.
      const follow = !options.long && !options.json;
      await using file = await resolvePath(context.root, path, { follow, signal: context.signal });
      if (several) await context.print(`${i > 0 ? "\n" : ""}${path}:`);
      const isDirectory = (file.qid.type & QTDIR) !== 0;
      const names = isDirectory ? await namesIn(file, context.signal) : undefined;
      if (follow) {
        for (const name of names ?? [path]) await context.print(name);
        return;
      }
      const infos = names
        ? await readAll(context, file, path, names)
        : [await infoOf(file, path, context.signal)];
      if (options.json) for (const [info] of infos) await context.print(JSON.stringify(info));
      else for (const text of align(infos.map(([, row]) => row))) await context.print(text);
    });
  }
}

async function namesIn(dir: File, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of dir.readdir({ signal })) names.push(name);
  return names.sort();
}

async function readAll(
  context: Context,
  dir: File,
  path: string,
  names: readonly string[],
): Promise<(readonly [FileInfo, Row])[]> {
  const { signal } = context;
  const infos = await mapPool(names, FILES_AT_ONCE, async (name) => {
    let found: readonly [FileInfo, Row] | undefined;
    await tryFile(context, `${path.replace(/\/$/, "")}/${name}`, async () => {
      await using file = await dir.walk([name], { signal });
      found = await infoOf(file, name, signal);
    });
    return found;
  });
  return infos.filter((info) => info !== undefined);
}

async function infoOf(file: File, name: string, signal: AbortSignal): Promise<readonly [FileInfo, Row]> {
  const [info, { mode }] = await readFileInfo(file, name, signal);
  const time = info.mtime.replace("T", " ").replace(/:\d\d\.\d+Z$/, "");
  const label = info.target === undefined ? name : `${name} -> ${info.target}`;
  const numbers = [info.nlink, info.uid, info.gid, info.size].map(String);
  return [info, [formatMode(mode), ...numbers, time, label]];
}

/** Pads each column but the last; numbers stand to the right. */
function align(rows: readonly Row[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i === row.length - 1 ? cell : i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
      )
      .join(" "),
  );
}
