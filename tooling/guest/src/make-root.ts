import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { GuestError } from "./guest-error.js";
import { guestParts } from "./guest-parts.js";
import type { PrepareOptions } from "./prepare.js";
import { debootstrap, ensureDebootstrap } from "./prepare-steps.js";
import { SUITE } from "./recipe.js";

/**
 * Makes a small Debian in a directory, to boot a guest from. Takes half a
 * minute, root, and a Debian mirror.
 * @throws GuestError when the directory has something in it, or making it fails
 */
export async function makeRoot(directory: string, options: PrepareOptions = {}): Promise<void> {
  const target = path.resolve(directory);
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new GuestError("prepare", `${target} is not empty`);
  const { tree, variant } = await guestParts();
  const onProgress = options.onProgress ?? (() => undefined);
  const context = { tree, variant, onProgress, signal: options.signal };
  await ensureDebootstrap(context);
  onProgress(`Installing Debian ${SUITE} in ${target}`);
  await debootstrap(context, target, []);
}
