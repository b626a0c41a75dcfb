import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { aptNetworkSettings, debianMirror, PUBLIC_MIRROR } from "./apt-sources.js";
import { findProgram, run } from "./command.js";
import { GuestError } from "./guest-error.js";
import { findKernel, unpackKernel } from "./kernel.js";
import { BACKPORTS, BUILD_PACKAGES, GUEST_PACKAGES, IMAGE_EXCLUDES, SUITE, type Variant } from "./recipe.js";
import { shellQuote } from "./shell-quote.js";
import type { Tree } from "./tree.js";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What the steps share. */
export interface PrepareContext {
  tree: Tree;
  variant: Variant;
  onProgress: (message: string) => void;
  signal: AbortSignal | undefined;
}

/** The Debian archive to install from. */
export function mirror(): string {
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return "";
    }
  };
  const folder = "/etc/apt/sources.list.d";
  const parts = existsSync(folder) ? readdirSync(folder).sort() : [];
  const files = ["/etc/apt/sources.list", ...parts.map((name) => path.join(folder, name))];
  return debianMirror(files.map(read)) ?? PUBLIC_MIRROR;
}

/**
 * How to run a shell script that may mount file systems: in namespaces of its
 * own, so that whatever happens no mount stays behind, and so that everything it
 * started dies with this process.
 */
export function confined(script: string): string[] {
  return [
    ...["setpriv", "--pdeathsig", "KILL"],
    ...["unshare", "--mount", "--pid", "--fork", "--kill-child"],
    ...["sh", "-ec", `umask 022\n${script}`],
  ];
}

/** Makes all of `tree`; throws when a step fails. */
export async function buildTree(context: PrepareContext): Promise<void> {
  const { tree, variant, onProgress } = context;
  await ensureDebootstrap(context);
  onProgress(`Installing Debian ${SUITE} from ${mirror()}`);
  await debootstrap(context, tree.root, [...GUEST_PACKAGES, ...BUILD_PACKAGES]);
  onProgress("Making the guest's disk");
  await makeDisk(context);
  if (variant === "full") {
    onProgress(`Installing QEMU from ${BACKPORTS} and a kernel`);
    await installQemuAndKernel(context);
    const kernel = findKernel(tree.kernel);
    if (kernel === undefined) {
      throw new GuestError("prepare", `the kernel package of ${SUITE} lacks what a guest needs`);
    }
    const vmlinux = await unpackKernel(kernel.image, tree);
    if (vmlinux !== undefined) writeFileSync(tree.vmlinux, vmlinux);
  }
  for (const folder of IMAGE_EXCLUDES) rmSync(path.join(tree.root, folder), { recursive: true, force: true });
}

export async function step(context: PrepareContext, what: string, argv: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
  const { code, stdout, stderr } = await run(argv, { env, signal: context.signal });
  if (context.signal?.aborted === true) throw new GuestError("aborted", "the preparation was stopped");
  if (code === 0) return;
  const lines = `${stdout.toString()}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
  throw new GuestError("prepare", `${what} failed (${argv[0] ?? ""}, code ${code ?? "none"}):\n${lines}`);
}

export async function ensureDebootstrap(context: PrepareContext): Promise<void> {
  if (findProgram("debootstrap") !== undefined && existsSync(KEYRING)) return;
  context.onProgress("Installing debootstrap");
  const install = "apt-get install -y --no-install-recommends debootstrap debian-archive-keyring";
  // The package lists may be old or missing: fetch them only if it does not work without.
  await step(context, "installing debootstrap", [
    ...["sh", "-c", `${install} || { apt-get update && ${install}; }`],
  ]);
}

/** Makes a Debian with these packages beside the essential ones. */
export async function debootstrap(
  context: PrepareContext,
  target: string,
  packages: readonly string[],
): Promise<void> {
  const words = [
    ...["debootstrap", "--variant=minbase", `--keyring=${KEYRING}`, "--force-check-gpg"],
    ...(packages.length > 0 ? [`--include=${packages.join(",")}`] : []),
    ...[SUITE, target, mirror()],
  ];
  await step(context, "debootstrap", confined(words.map(shellQuote).join(" ")));
  await run(["chroot", target, "apt-get", "clean"]);
}

/** The disk is made before QEMU is installed, so that the guest does not carry it. */
async function makeDisk(context: PrepareContext): Promise<void> {
  const { tree } = context;
  const etc = path.join(tree.root, "etc");
  // debootstrap copies these from the host; the guest has its own.
  const own = {
    hostname: "guest\n",
    hosts: "127.0.0.1 localhost guest\n::1 localhost\n10.0.2.2 host\n",
    "resolv.conf": "nameserver 10.0.2.3\n",
  };
  for (const [name, text] of Object.entries(own)) {
    rmSync(path.join(etc, name), { force: true });
    writeFileSync(path.join(etc, name), text);
  }
  await step(context, "making the guest's disk", [
    ...tree.command("mkfs.erofs"),
    ...["-d1", ...IMAGE_EXCLUDES.map((folder) => `--exclude-path=${folder}`)],
    ...[tree.userland, tree.root],
  ]);
  for (const name of ["hosts", "resolv.conf"]) copyFileSync(`/etc/${name}`, path.join(etc, name));
}

async function installQemuAndKernel(context: PrepareContext): Promise<void> {
  const { tree } = context;
  const { architecture } = tree;
  const apt = path.join(tree.root, "etc/apt");
  writeFileSync(path.join(apt, "sources.list.d/backports.list"), `deb ${mirror()} ${BACKPORTS} main\n`);
  const settings = await run(["apt-config", "dump"]);
  writeFileSync(path.join(apt, "apt.conf.d/90host"), aptNetworkSettings(settings.stdout.toString()));

  const root = shellQuote(tree.root);
  // The kernel's package is unpacked, not installed: no initramfs of Debian's is wanted.
  const kernel = `linux-image-${architecture.debian}`;
  const unpack = `cd /tmp
package=$(apt-cache depends ${kernel} | sed -n 's/^ *Depends: \\(linux-image-[0-9]\\)/\\1/p' | head -n 1)
apt-get -q download "$package"
mkdir /kernel
dpkg-deb -x "$package"_*.deb /kernel
rm "$package"_*.deb
[ -e /kernel/lib ] || ln -s usr/lib /kernel/lib
depmod -b /kernel "$(ls /kernel/lib/modules)"`;
  await step(
    context,
    "installing QEMU and a kernel",
    confined(`mount -t proc proc ${root}/proc
chroot ${root} apt-get -q update
chroot ${root} apt-get -q install -y --no-install-recommends -t ${BACKPORTS} ${architecture.qemuPackage}
chroot ${root} apt-get clean
chroot ${root} sh -ec ${shellQuote(unpack)}`),
  );
  renameSync(path.join(tree.root, "kernel"), tree.kernel);
}
