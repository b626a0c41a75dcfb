import { resolvePath } from "@ninep/client";
import { tryFile, type Context } from "./context.js";
import { readFileInfo } from "./file-info.js";
import { formatMode } from "./file-kind.js";

/** Shows what the server knows of files; a symlink is a file of its own. */
export async function stat(
  context: Context,
  paths: readonly string[],
  { json }: { readonly json?: boolean },
): Promise<void> {
  const { root, signal } = context;
  for (const path of paths) {
    await tryFile(context, path, async () => {
      await using file = await resolvePath(root, path, { follow: false, signal });
      const [info, attr] = await readFileInfo(file, path, signal);
      if (json) {
        await context.print(JSON.stringify(info));
        return;
      }
      const { qid } = info;
      const rows = [
        ["name", info.target === undefined ? path : `${path} -> ${info.target}`],
        ["type", info.type],
        ["mode", `${info.mode} ${formatMode(attr.mode)}`],
        ["owner", `${info.uid}:${info.gid}`],
        ["links", String(info.nlink)],
        ["size", `${attr.size}`],
        ["blocks", `${attr.blocks}`],
        ["access", info.atime],
        ["modify", info.mtime],
        ["change", info.ctime],
        ["qid", `type ${qid.type.toString(16).padStart(2, "0")} version ${qid.version} path ${qid.path}`],
      ] as const;
      for (const [label, value] of rows) await context.print(`${label.padStart(6)}  ${value}`);
    });
  }
}
