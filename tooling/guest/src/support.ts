import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "./cache-directory.js";
import { findProgram, run } from "./command.js";
import { GuestError } from "./guest-error.js";
import { guestParts } from "./guest-parts.js";
import { confined, mirror } from "./prepare-steps.js";
import { SUITE } from "./recipe.js";

/** Whether guests run here; `reason` is one line for people. */
export type GuestSupport = { ok: true; cached: boolean } | { ok: false; reason: string };

/**
 * Says whether {@link runGuest} can work on this machine, without preparing
 * anything: `cached` tells whether the first guest starts at once or has to wait
 * for the preparation. NINEP_GUEST=off makes the answer no.
 */
export async function guestSupport(): Promise<GuestSupport> {
  if (process.env["NINEP_GUEST"] === "off") {
    return { ok: false, reason: "guests are switched off by NINEP_GUEST=off" };
  }
  try {
    const { tree } = await guestParts();
    if (tree.exists) return { ok: true, cached: true };
    await assertPreparable();
    return { ok: true, cached: false };
  } catch (error) {
    if (error instanceof GuestError) return { ok: false, reason: error.message.replaceAll("\n", " ") };
    throw error;
  }
}

/** @throws GuestError saying why this machine cannot prepare a guest. */
export async function assertPreparable(): Promise<void> {
  const cache = cacheDirectory();
  if (process.getuid?.() !== 0) {
    const program = fileURLToPath(new URL("../bin/ninep-guest.js", import.meta.url));
    throw new GuestError(
      "unsupported",
      `no guest is prepared in ${cache} and only root can prepare one: ` +
        `run once "sudo NINEP_GUEST_CACHE=${cache} node ${program} --prepare"`,
    );
  }
  if (findProgram("debootstrap") === undefined && findProgram("apt-get") === undefined) {
    throw new GuestError("unsupported", "no guest is prepared and debootstrap is missing: install it");
  }
  const { code, stderr } = await run(confined("mount -t tmpfs none /mnt"), { timeout: 10_000 });
  if (code !== 0) {
    throw new GuestError(
      "unsupported",
      `no guest is prepared and preparing one needs to mount, which fails here: ${stderr.trim()}`,
    );
  }
  await assertMirror();
}

async function assertMirror(): Promise<void> {
  const url = `${mirror()}/dists/${SUITE}/Release`;
  // apt's own downloader knows the proxies and certificates of apt's configuration.
  const helper = "/usr/lib/apt/apt-helper";
  const folder = mkdtempSync(path.join(tmpdir(), "ninep-guest-"));
  try {
    const found = findProgram("apt-get") !== undefined;
    const reachable = found
      ? (await run([helper, "download-file", url, path.join(folder, "Release")], { timeout: 20_000 }))
          .code === 0
      : await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(20_000) }).then(
          (response) => response.ok,
          () => false,
        );
    if (reachable) return;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  throw new GuestError("unsupported", `no guest is prepared and the Debian mirror does not answer: ${url}`);
}
