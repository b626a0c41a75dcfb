import { mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { aptNetworkSettings } from "./apt-sources.js";
import { run } from "./command.js";
import { exclusively } from "./exclusive.js";
import { GuestError } from "./guest-error.js";
import { guestParts } from "./guest-parts.js";
import { findKernel, type Kernel } from "./kernel.js";
import { prepareParts, type PrepareOptions } from "./prepare.js";
import { confined, mirror, step } from "./prepare-steps.js";
import { shellQuote } from "./shell-quote.js";

/**
 * The kernel of a Debian release, such as `bookworm` (6.1) or `trixie-backports`.
 * The first time it is fetched into the cache, which takes root and a Debian mirror.
 * @throws GuestError
 */
export async function debianKernel(suite: string, options: PrepareOptions = {}): Promise<Kernel> {
  const parts = await guestParts();
  await prepareParts(parts, options);
  const { tree, variant } = parts;
  const target = path.join(path.dirname(tree.directory), `kernel-${suite}-${tree.architecture.debian}`);
  const found = findKernel(target);
  if (found) return found;
  const onProgress = options.onProgress ?? (() => undefined);
  await exclusively(
    target,
    () => {
      onProgress("Another process is fetching that kernel; waiting for it");
    },
    async () => {
      if (findKernel(target)) return;
      onProgress(`Fetching the kernel of Debian ${suite}`);
      const work = mkdtempSync(path.join(path.dirname(target), ".kernel-"));
      try {
        const settings = await run(["apt-config", "dump"]);
        const script = fetchScript(suite, tree, work, aptNetworkSettings(settings.stdout.toString()));
        await step(
          { tree, variant, onProgress, signal: options.signal },
          "fetching a kernel",
          confined(script),
        );
        rmSync(target, { recursive: true, force: true });
        renameSync(path.join(work, "kernel"), target);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  );
  const kernel = findKernel(target);
  if (!kernel) throw new GuestError("prepare", `the kernel of Debian ${suite} lacks what a guest needs`);
  return kernel;
}

/** Downloads and unpacks the package, in a copy of apt's world that holds nothing but this suite. */
function fetchScript(
  suite: string,
  tree: { root: string; architecture: { debian: string } },
  work: string,
  settings: string,
): string {
  const meta = `linux-image-${tree.architecture.debian}`;
  const root = shellQuote(tree.root);
  return `cd ${shellQuote(work)}
mkdir -p lists/partial archives/partial kernel
printf %s ${shellQuote(settings)} >apt.conf
echo 'deb ${mirror()} ${suite} main' >sources.list
: >status
apt() {
  program=$1; shift
  "$program" -q -o Dir::State="$PWD" -o Dir::State::status="$PWD/status" -o Dir::Cache="$PWD" \\
    -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::main="$PWD/apt.conf" \\
    -o Dir::Etc::trusted=${root}/usr/share/keyrings/debian-archive-keyring.gpg -o APT::Sandbox::User=root "$@"
}
apt apt-get update
package=$(apt apt-cache depends ${meta} | sed -n 's/^ *Depends: \\(linux-image-[0-9]\\)/\\1/p' | head -n 1)
# Debian's newer kernels are several packages: the image, its modules, and what joins them.
parts=$(apt apt-cache depends "$package" | sed -n "s/^ *Depends: \\(linux-[a-z]*-\${package#linux-image-}\\)\$/\\1/p")
apt apt-get download "$package" $parts
for file in *.deb; do dpkg-deb -x "$file" kernel; done
[ -e kernel/lib ] || ln -s usr/lib kernel/lib
mkdir mounted
mount --bind ${root} mounted
mount --bind kernel mounted/mnt
chroot mounted depmod -b /mnt "$(ls kernel/lib/modules)"
umount mounted/mnt mounted`;
}
