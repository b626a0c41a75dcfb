import type { Buffer } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { directory, regularFile, writeCpio, type CpioEntry } from "./cpio.js";
import { GuestError } from "./guest-error.js";
import { firstStage, GUEST_FOLDER, secondStage, startScript, type RootKind } from "./guest-init.js";
import type { LoadedModule } from "./kernel.js";
import type { Network } from "./qemu-arguments.js";

/** What goes into a guest's initramfs. */
export interface InitramfsContents {
  busybox: string;
  root: RootKind;
  modules: readonly LoadedModule[];
  network: Network;
  script: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Host files by their path in the guest. */
  files: Readonly<Record<string, string>>;
  /** Most bytes that `files` may have together. */
  fileBudget: number;
}

/** Builds the initramfs that boots one guest. */
export function buildInitramfs(contents: InitramfsContents): Buffer {
  const { modules, files } = contents;
  const entries: CpioEntry[] = [
    directory("bin"),
    regularFile("bin/busybox", readFileSync(contents.busybox), 0o755),
    regularFile("init", firstStage(contents.root, Object.keys(files)), 0o755),
    directory("modules"),
    // The shell expands names in order, so a number keeps the order of loading.
    ...modules.map(({ name, data }, index) =>
      regularFile(`modules/${String(index).padStart(3, "0")}-${name}.ko`, data),
    ),
    directory("run"),
    directory(GUEST_FOLDER),
    regularFile(`${GUEST_FOLDER}/init`, secondStage(contents.network), 0o755),
    regularFile(`${GUEST_FOLDER}/start`, startScript(contents.script, contents.args, contents.env), 0o755),
    regularFile(`${GUEST_FOLDER}/script`, contents.script, 0o755),
    directory("files"),
    ...readFiles(files, contents.fileBudget),
  ];
  return writeCpio(entries);
}

function readFiles(files: Readonly<Record<string, string>>, budget: number): CpioEntry[] {
  let left = budget;
  return Object.entries(files).map(([guestPath, hostPath], index) => {
    if (!path.posix.isAbsolute(guestPath) || guestPath.endsWith("/")) {
      throw new GuestError("unsupported", `the guest path ${guestPath} must be absolute and name a file`);
    }
    const stat = statSync(hostPath, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) {
      throw new GuestError("unsupported", `${hostPath} (for ${guestPath}) is not a regular file`);
    }
    left -= stat.size;
    if (left < 0) {
      throw new GuestError(
        "unsupported",
        `the files for the guest have more than ${budget} bytes together, at ${hostPath}: ` +
          "share them over 9P or give the guest more memory",
      );
    }
    return regularFile(`files/${index}`, readFileSync(hostPath), stat.mode);
  });
}
