// Checks what no single package can: formatting, dead code and unused
// dependencies everywhere, and that each published package is put together well.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { root, workspacePackages } from "./workspace.mjs";

let failed = false;

run("prettier", ["--check", "--log-level=warn", "."]);
run("knip", ["--no-progress", "--no-config-hints"]);
for (const { folder, manifest } of workspacePackages()) {
  if (!existsSync(path.join(folder, "README.md"))) complain(`${manifest.name} has no README.md`);
  if (manifest.private) continue;
  if (!manifest.files) complain(`${manifest.name} does not say which files it publishes`);
  if (manifest.engines?.node !== ">=20.19")
    complain(`${manifest.name} does not say that it needs Node 20.19`);
  run("publint", [folder, "--strict"], "silent");
}
process.exitCode = failed ? 1 : 0;

function run(command, args, output = "inherit") {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: output === "silent" ? "pipe" : "inherit",
  });
  if (status === 0) return;
  if (output === "silent") process.stderr.write(`${stdout}${stderr}`);
  complain(`${command} ${args.map((arg) => path.relative(root, arg) || arg).join(" ")} failed`);
}

function complain(message) {
  console.error(message);
  failed = true;
}
