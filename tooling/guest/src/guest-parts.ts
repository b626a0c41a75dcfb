import path from "node:path";
import { cacheDirectory } from "./cache-directory.js";
import { GuestError } from "./guest-error.js";
import { findHostQemu } from "./host-qemu.js";
import { findKernel, type Kernel } from "./kernel.js";
import { hostArchitecture, recipeName, type Variant } from "./recipe.js";
import { Tree } from "./tree.js";

/** What guests on this machine are made of, before anything is prepared. */
export interface GuestParts {
  variant: Variant;
  /** The tree in the cache; it may not exist yet. */
  tree: Tree;
  /** How to run QEMU. */
  qemu: string[];
  /** The host's kernel; undefined means the tree's. */
  hostKernel: Kernel | undefined;
}

/**
 * Chooses the host's own QEMU and kernel when both are good enough, else those of
 * the Debian tree. The scripts' userland is the tree's either way, so that a test
 * finds the same programs everywhere.
 * @throws GuestError `unsupported` where no guest can run
 */
export async function guestParts(): Promise<GuestParts> {
  const architecture = hostArchitecture();
  if (process.platform !== "linux" || architecture === undefined) {
    const here = `${process.platform} on ${process.arch}`;
    throw new GuestError("unsupported", `guests run on Linux on x64 or arm64 only, and this is ${here}`);
  }
  const kernel = findKernel("/");
  const qemu = kernel === undefined ? undefined : await findHostQemu(architecture);
  const variant: Variant = qemu === undefined ? "full" : "userland";
  const tree = new Tree(path.join(cacheDirectory(), recipeName(architecture, variant)), architecture);
  return qemu === undefined
    ? { variant, tree, qemu: tree.qemu(), hostKernel: undefined }
    : { variant, tree, qemu, hostKernel: kernel };
}
