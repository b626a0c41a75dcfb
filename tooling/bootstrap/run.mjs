// Runs a root script on a machine that has only Node and npm: installs the
// workspace with the pnpm that package.json pins when it is missing or older
// than the lockfile, then hands over to turbo.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [task, ...args] = process.argv.slice(2);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`ninep needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
}

install();
process.env.PATH = `${path.join(root, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`;
process.env.TURBO_TELEMETRY_DISABLED = "1";

switch (task) {
  case "build":
    turbo("build", args);
    break;
  case "lint":
    turbo("lint", args);
    run("node", ["tooling/bootstrap/check-workspace.mjs"]);
    break;
  case "test":
    run("node", ["tooling/bootstrap/test.mjs", ...args]);
    break;
  case "bench":
    turbo("bench", args);
    break;
  case "start":
    quietBuild();
    run("node", ["apps/ninepd/bin/ninepd.js", ...args], {
      cwd: process.env.INIT_CWD ?? root,
      foreground: true,
    });
    break;
  default:
    fail(`unknown task "${task ?? ""}"; one of start, build, test, lint, bench`);
}

function install() {
  const stamp = path.join(root, "node_modules/.modules.yaml");
  const lockfile = path.join(root, "pnpm-lock.yaml");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lockfile).mtimeMs) return;
  const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  console.error(`Installing dependencies with ${packageManager} …`);
  run("npx", ["--yes", packageManager, "install", "--frozen-lockfile"]);
}

function turbo(name, extra) {
  run("turbo", ["run", name, "--output-logs=errors-only", ...extra]);
}

/** Builds without a word unless it fails: what follows is what the user asked for. */
function quietBuild() {
  console.error("Building …");
  const { status, stdout, stderr } = spawnSync("turbo", ["run", "build", "--output-logs=errors-only"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) fail(`${stdout}${stderr}\nThe build failed.`);
}

function run(command, commandArgs, { cwd = root, foreground = false } = {}) {
  // Ctrl-C reaches the whole process group: a foreground program decides itself when it ends.
  if (foreground) process.on("SIGINT", () => {});
  const absolute = commandArgs.map((arg, i) =>
    i === 0 && /^(apps|tooling)\//.test(arg) ? path.join(root, arg) : arg,
  );
  const { status, signal, error } = spawnSync(command, absolute, { cwd, stdio: "inherit" });
  if (error) fail(`cannot run ${command}: ${error.message}`);
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
