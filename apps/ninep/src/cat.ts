import { resolvePath } from "@ninep/client";
import { L_O_RDONLY } from "@ninep/wire";
import { tryFile, type Context } from "./context.js";

/** Writes the content of files to stdout, one after the other. */
export async function cat(context: Context, paths: readonly string[]): Promise<void> {
  const { root, signal } = context;
  for (const path of paths) {
    await tryFile(context, path, async () => {
      await using file = await resolvePath(root, path, { signal });
      await using open = await file.open(L_O_RDONLY, { signal });
      for await (const chunk of open.readStream({ signal })) await context.write(chunk);
    });
  }
}
