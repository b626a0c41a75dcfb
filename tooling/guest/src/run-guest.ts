import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chooseAccelerator } from "./accelerator.js";
import { boot, type BootResult } from "./boot.js";
import { guestParts, type GuestParts } from "./guest-parts.js";
import { buildInitramfs } from "./initramfs.js";
import {
  BASE_MODULES,
  findKernel,
  kernelFromImage,
  readModules,
  unpackKernel,
  type Kernel,
} from "./kernel.js";
import { GuestError } from "./guest-error.js";
import { prepareParts } from "./prepare.js";
import { qemuArguments, type Accelerator, type Network } from "./qemu-arguments.js";
import { serveShares, type ServedShares } from "./serve-shares.js";
import { sharesOf, type ShareServer, type SharedDirectory } from "./share.js";
import { vhostUserArguments, type VhostUserDevice } from "./vhost-user.js";

/** Options of {@link runGuest}. */
export interface GuestOptions {
  /** Text of the script; the guest's /bin/sh runs it as root unless it starts with `#!`. */
  script: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** MiB; 1024 unless given. */
  memory?: number;
  /** Processors; 2 unless given. */
  cpus?: number;
  /** Host files by their absolute path in the guest; together at most a quarter of its memory. */
  files?: Readonly<Record<string, string>>;
  /** Kernel modules to load beside those of the disk, the network and 9P. */
  modules?: readonly string[];
  /** `user`: the guest is 10.0.2.15 and reaches the host's loopback at 10.0.2.2 (default). */
  network?: Network;
  /** Another kernel: an image, or an image and its modules directory. */
  kernel?: string | Kernel;
  /** Words for the kernel's command line. */
  kernelArguments?: readonly string[];
  /** A directory of the host to boot from, instead of the Debian disk; it needs no more than /bin/sh. */
  root?: SharedDirectory;
  /** Directories of the host by where the guest has them; only beside a `root`. */
  mounts?: Readonly<Record<string, SharedDirectory>>;
  /** Who serves `root` and `mounts`; ninepd unless given. */
  shareServer?: ShareServer;
  /** How to run ninepd; by default the one beside this package, or on PATH. */
  ninepd?: readonly string[];
  /** Virtio-9p devices that others serve; the script mounts them by their tags. */
  vhostUser?: readonly VhostUserDevice[];
  /** Arguments appended to QEMU's. A second `-machine` only adds properties. */
  qemuArgs?: readonly string[];
  /** KVM where it works, else TCG, unless given. */
  accelerator?: Accelerator;
  /** Milliseconds that the guest may run, boot included; ten minutes unless given. */
  timeout?: number;
  /** Kills the guest. */
  signal?: AbortSignal;
  /** Called with what the script prints, standard output and error as one. */
  onOutput?: (text: string) => void;
  /** Told what happens beside the script: preparation and boot. */
  onProgress?: (message: string) => void;
}

/** How a guest's script ended. */
export interface GuestResult extends BootResult {
  accelerator: Accelerator;
}

/**
 * Boots a Linux guest, runs a script in it and powers it off. Prepares the cache
 * first if need be. A script that fails is a result; what keeps it from running
 * to its end is an error.
 * @throws GuestError
 */
export async function runGuest(options: GuestOptions): Promise<GuestResult> {
  const parts = await guestParts();
  await prepareParts(parts, options);
  const accelerator =
    options.accelerator ??
    (await chooseAccelerator(async () => {
      options.onProgress?.("Checking whether KVM works here");
      return kvmWorks(parts);
    }));
  return { ...(await bootGuest(parts, accelerator, options)), accelerator };
}

/** A guest that has not booted by then does not work well enough to be used. */
const KVM_PROBE_TIMEOUT = 10_000;

async function kvmWorks(parts: GuestParts): Promise<boolean> {
  try {
    const { exitCode } = await bootGuest(parts, "kvm", { script: "exit 9", timeout: KVM_PROBE_TIMEOUT });
    return exitCode === 9;
  } catch (error) {
    if (error instanceof GuestError) return false;
    throw error;
  }
}

async function bootGuest(
  parts: GuestParts,
  accelerator: Accelerator,
  options: GuestOptions,
): Promise<BootResult> {
  const { tree } = parts;
  const { memory = 1024, cpus = 2, network = "user", timeout = 600_000 } = options;
  const kernel = chooseKernel(parts, options.kernel);
  const shares = options.root && sharesOf(options.root, options.mounts);
  checkRoot(options);
  const folder = mkdtempSync(path.join(tmpdir(), "ninep-guest-"));
  const removeFolder = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // Also when the process ends while the guest runs.
  process.once("exit", removeFolder);
  const slow = setTimeout(() => {
    options.onProgress?.(`Booting Linux ${path.basename(kernel.modules)} under ${accelerator.toUpperCase()}`);
  }, 1000);
  let served: ServedShares | undefined;
  try {
    if (shares) {
      const { shareServer: server = "ninepd", ninepd } = options;
      served = await serveShares(shares, { server, ninepd, folder, memory });
    }
    const initramfs = path.join(folder, "initramfs");
    writeFileSync(
      initramfs,
      buildInitramfs({
        busybox: tree.busybox,
        root: shares ?? "disk",
        modules: await readModules(kernel, [...BASE_MODULES, ...(options.modules ?? [])], tree),
        network,
        script: options.script,
        args: options.args ?? [],
        env: options.env ?? {},
        files: options.files ?? {},
        fileBudget: (memory * 1024 * 1024) / 4,
      }),
    );
    const machine = {
      architecture: tree.architecture,
      accelerator,
      memory,
      cpus,
      kernel: await bootableImage(parts, kernel, folder),
      initramfs,
      userland: shares ? undefined : tree.userland,
      network,
      kernelArguments: options.kernelArguments ?? [],
      extra: [
        ...(served?.qemuArguments ?? []),
        ...vhostUserArguments(options.vhostUser ?? [], memory),
        ...(options.qemuArgs ?? []),
      ],
    };
    return await boot([...parts.qemu, ...qemuArguments(machine)], {
      timeout,
      signal: options.signal,
      onOutput: options.onOutput ?? (() => undefined),
      onBoot: () => {
        clearTimeout(slow);
      },
    });
  } finally {
    clearTimeout(slow);
    await served?.stop();
    process.removeListener("exit", removeFolder);
    removeFolder();
  }
}

/** @throws GuestError for options that cannot go together */
function checkRoot({ root, mounts, files = {}, vhostUser, shareServer }: GuestOptions): void {
  if (!root && mounts)
    throw new GuestError("unsupported", "directories are mounted beside a root directory only");
  if (root && vhostUser && shareServer !== "virtfs")
    throw new GuestError("unsupported", "a guest has a root directory or devices of others, not both");
  const inRoot = Object.keys(files).find((file) => !/^\/(?:run|tmp)\//.test(file));
  if (root?.writable === true && inRoot !== undefined)
    throw new GuestError(
      "unsupported",
      `${inRoot} would be written to ${root.directory}: put it below /run or /tmp`,
    );
}

function chooseKernel({ tree, hostKernel }: GuestParts, wanted: string | Kernel | undefined): Kernel {
  if (wanted !== undefined) return typeof wanted === "string" ? kernelFromImage(wanted) : wanted;
  const kernel = hostKernel ?? findKernel(tree.kernel);
  if (kernel !== undefined) return kernel;
  throw new GuestError("unsupported", `${tree.directory} is damaged (no kernel): remove it and try again`);
}

/** The file for QEMU's -kernel: the unpacked kernel where there is one. */
async function bootableImage({ tree }: GuestParts, kernel: Kernel, folder: string): Promise<string> {
  if (kernel.image.startsWith(tree.kernel)) {
    return existsSync(tree.vmlinux) ? tree.vmlinux : kernel.image;
  }
  const vmlinux = await unpackKernel(kernel.image, tree);
  if (vmlinux === undefined) return kernel.image;
  const file = path.join(folder, "vmlinux");
  writeFileSync(file, vmlinux);
  return file;
}
