import { Buffer } from "node:buffer";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { run } from "./command.js";
import { GuestError } from "./guest-error.js";
import { atLeast, type Version } from "./host-qemu.js";
import { compressionOf, hasPvhEntry, parseBzImage } from "./kernel-image.js";
import { loadOrder, type ModuleTables } from "./module-graph.js";
import type { Tree } from "./tree.js";

/** What every guest needs: its disk, its network, the ports that carry its output, and 9P. */
export const BASE_MODULES = [
  "virtio_pci",
  "virtio_console",
  "virtio_blk",
  "virtio_net",
  "erofs",
  "overlay",
  "netfs",
  "9pnet",
  "9pnet_virtio",
  "9pnet_fd",
  "9p",
];

/** The oldest kernel of the host that is used instead of Debian 13's. */
const MINIMUM_KERNEL: Version = [6, 1];

/** A kernel to boot. */
export interface Kernel {
  /** The image as it was installed (vmlinuz). */
  image: string;
  /** Its modules: the folder with modules.dep. */
  modules: string;
}

/** A module's name and its decompressed contents. */
export interface LoadedModule {
  name: string;
  data: Buffer;
}

/**
 * The kernel in `directory`/lib/modules, with its image there or in
 * `directory`/boot; the newest if there are several.
 */
export function findKernel(directory: string): Kernel | undefined {
  const folder = path.join(directory, "lib/modules");
  if (!existsSync(folder)) return undefined;
  const releases = readdirSync(folder)
    .filter(isNewEnough)
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  for (const release of releases) {
    const modules = path.join(folder, release);
    const images = [path.join(directory, "boot", `vmlinuz-${release}`), path.join(modules, "vmlinuz")];
    const kernel = images.map((image) => ({ image, modules })).find(isUsable);
    if (kernel) return kernel;
  }
  return undefined;
}

function isNewEnough(release: string): boolean {
  const match = /^(\d+)\.(\d+)/.exec(release);
  return match !== null && atLeast([Number(match[1]), Number(match[2])], MINIMUM_KERNEL);
}

/** Whether `kernel` can be read and has all that a guest needs. */
function isUsable(kernel: Kernel): boolean {
  try {
    accessSync(kernel.image, constants.R_OK);
    loadOrder(BASE_MODULES, readTables(kernel.modules));
    return true;
  } catch {
    return false;
  }
}

/** A kernel named by its image alone: its modules are where its release says. */
export function kernelFromImage(image: string): Kernel {
  let release: string | undefined;
  try {
    release = parseBzImage(readFileSync(image))?.release;
  } catch (error) {
    throw new GuestError("unsupported", `cannot read the kernel ${image}: ${(error as Error).message}`);
  }
  if (release === undefined) {
    throw new GuestError("unsupported", `${image} does not name its release; say where its modules are`);
  }
  return { image, modules: path.join("/lib/modules", release) };
}

/**
 * The kernel in the form that boots fastest: a vmlinux that was unpacked here, so
 * that a guest without KVM does not decompress itself. Undefined when QEMU has to
 * load the image as it is.
 */
export async function unpackKernel(image: string, tree: Tree): Promise<Buffer | undefined> {
  const payload = parseBzImage(readFileSync(image))?.payload;
  if (payload === undefined) return undefined;
  const compression = compressionOf(payload);
  if (compression === "unknown") return undefined;
  const vmlinux = await decompress(Buffer.from(payload), image, tree);
  return hasPvhEntry(vmlinux) ? vmlinux : undefined;
}

/** Reads `names` and all they need, in the order in which they load. */
export async function readModules(
  kernel: Kernel,
  names: readonly string[],
  tree: Tree,
): Promise<LoadedModule[]> {
  let files: string[];
  try {
    files = loadOrder(names, readTables(kernel.modules));
  } catch (error) {
    throw new GuestError("unsupported", `${kernel.modules}: ${(error as Error).message}; use another kernel`);
  }
  return Promise.all(
    files.map(async (file) => ({
      name: path.basename(file).replace(/\.ko.*$/, ""),
      data: await decompress(readFileSync(path.join(kernel.modules, file)), file, tree),
    })),
  );
}

/** `data` as it was before it was compressed, with the tree's programs where Node has none. */
export async function decompress(data: Buffer, file: string, tree: Tree): Promise<Buffer> {
  const compression = compressionOf(data);
  switch (compression) {
    case "none":
      return data;
    case "gzip":
      return gunzipSync(data);
    case "xz":
    case "zstd": {
      const { code, stdout, stderr } = await run([...tree.command(compression), "-dc"], { input: data });
      if (code === 0) return stdout;
      throw new GuestError("unsupported", `cannot decompress ${file}: ${stderr.trim()}`);
    }
    case "unknown":
      throw new GuestError("unsupported", `cannot decompress ${file}: neither gzip, xz nor zstd`);
  }
}

function readTables(directory: string): ModuleTables {
  const read = (name: string): string => {
    try {
      return readFileSync(path.join(directory, `modules.${name}`), "utf8");
    } catch (error) {
      if (name === "dep") throw error;
      return "";
    }
  };
  return { dep: read("dep"), builtin: read("builtin"), softdep: read("softdep"), alias: read("alias") };
}
