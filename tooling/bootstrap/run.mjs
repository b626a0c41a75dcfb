// Runs a root script on a machine that has only Node and npm: installs the
// workspace with the pnpm that package.json pins when it is missing or older
// than the lockfile, then hands over to turbo.
import { spawn, spawnSync } from "node:child_process";
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
    // As many at once as there are cores: compilers and linters want one each.
    run("turbo", ["run", "build", "--concurrency=100%", "--output-logs=errors-only", ...args]);
    break;
  case "lint":
    run("turbo", ["run", "lint", "--concurrency=100%", "--output-logs=errors-only", ...args]);
    run("node", [path.join(root, "tooling/bootstrap/check-workspace.mjs")]);
    break;
  case "test":
    run("node", [path.join(root, "tooling/bootstrap/test.mjs"), ...args]);
    break;
  case "bench":
    run("turbo", ["run", "bench", "--concurrency=1", "--env-mode=loose", "--output-logs=full", ...args]);
    break;
  case "start":
    console.error("Building …");
    run(
      "turbo",
      ["run", "build", "--filter=ninepd...", "--filter=ninep...", "--output-logs=errors-only"],
      "silent",
    );
    await start("apps/ninepd/bin/ninepd.js");
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
  run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only"], "silent");
}

/** Runs a command to its end. A silent one shows its output only when it fails. */
function run(command, commandArgs, output = "inherit") {
  const stdio = output === "silent" ? "pipe" : "inherit";
  const { status, signal, error, stdout, stderr } = spawnSync(command, commandArgs, { cwd: root, stdio });
  if (error) fail(`cannot run ${command}: ${error.message}`);
  if (status === 0) return;
  if (stdio === "pipe") process.stderr.write(`${stdout}${stderr}`);
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}

/** Runs a program of ours in the user's directory, passes signals on, and ends as it does. */
async function start(program) {
  const child = spawn(process.execPath, [path.join(root, program), ...args], {
    cwd: process.env.INIT_CWD ?? root,
    stdio: "inherit",
  });
  // Ctrl-C reaches the program itself; kill reaches only us.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code, signal] = await new Promise((resolve) => {
    child.on("exit", (...result) => {
      resolve(result);
    });
  });
  process.exitCode = code ?? 1;
  if (signal) process.kill(process.pid, signal);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
