// The packages of this workspace, as folders with their package.json.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export function workspacePackages() {
  return ["packages", "apps", "tooling"].flatMap((group) =>
    readdirSync(path.join(root, group))
      .map((name) => path.join(root, group, name))
      .filter((folder) => existsSync(path.join(folder, "package.json")))
      .map((folder) => ({
        folder,
        manifest: JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")),
      })),
  );
}
