import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { exclusively } from "./exclusive.js";
import { GuestError } from "./guest-error.js";
import { guestParts, type GuestParts } from "./guest-parts.js";
import { buildTree } from "./prepare-steps.js";
import { assertPreparable } from "./support.js";
import { Tree } from "./tree.js";

/** Options of {@link prepareGuest}. */
export interface PrepareOptions {
  /** Told what happens, one line at a time, when it takes longer than a moment. */
  onProgress?: ((message: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const BUILDING = ".building-";

/**
 * Makes sure that the cache holds the tree that guests run from. The first time
 * that downloads a Debian (about 0.3 GB, a minute or two) and needs root; later
 * calls return at once. Two processes never build it twice.
 * @returns the tree's folder
 * @throws GuestError saying what is missing
 */
export async function prepareGuest(options: PrepareOptions = {}): Promise<string> {
  const parts = await guestParts();
  await prepareParts(parts, options);
  return parts.tree.directory;
}

/** {@link prepareGuest} for parts that are already chosen. */
export async function prepareParts(parts: GuestParts, options: PrepareOptions): Promise<void> {
  const { tree, variant } = parts;
  if (tree.exists) return;
  const onProgress = options.onProgress ?? (() => undefined);
  await assertPreparable();
  const cache = path.dirname(tree.directory);
  await exclusively(
    tree.directory,
    () => {
      onProgress("Another process is preparing the guest; waiting for it");
    },
    async () => {
      if (tree.exists) return;
      mkdirSync(cache, { recursive: true });
      // The lock is ours, so whatever another build left here is dead.
      for (const name of readdirSync(cache)) {
        if (name.startsWith(BUILDING)) rmSync(path.join(cache, name), { recursive: true, force: true });
      }
      onProgress("Preparing the guest, once; this takes a minute or two");
      const directory = mkdtempSync(path.join(cache, BUILDING));
      try {
        const building = new Tree(directory, tree.architecture);
        await buildTree({ tree: building, variant, onProgress, signal: options.signal });
        publish(directory, tree.directory);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );
}

function publish(from: string, to: string): void {
  try {
    chmodSync(from, 0o755);
    renameSync(from, to);
  } catch (error) {
    throw new GuestError("prepare", `cannot move the finished guest to ${to}: ${(error as Error).message}`);
  }
}
