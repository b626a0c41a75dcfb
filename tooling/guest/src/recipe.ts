import { createHash } from "node:crypto";

/** Debian's name of a processor and what follows from it. */
export interface Architecture {
  debian: "amd64" | "arm64";
  /** Package, and suffix of the program, that emulates it. */
  qemuPackage: string;
  qemuProgram: string;
  /** Folder of libraries and the loader that runs the tree's programs. */
  libraries: string;
  loader: string;
  console: string;
  machine: string;
}

const ARCHITECTURES: Partial<Record<string, Architecture>> = {
  x64: {
    debian: "amd64",
    qemuPackage: "qemu-system-x86",
    qemuProgram: "qemu-system-x86_64",
    libraries: "usr/lib/x86_64-linux-gnu",
    loader: "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    console: "ttyS0",
    machine: "q35",
  },
  arm64: {
    debian: "arm64",
    qemuPackage: "qemu-system-arm",
    qemuProgram: "qemu-system-aarch64",
    libraries: "usr/lib/aarch64-linux-gnu",
    loader: "usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
    console: "ttyAMA0",
    machine: "virt",
  },
};

/** The architecture of this machine, or undefined where guests are not supported. */
export function hostArchitecture(arch: string = process.arch): Architecture | undefined {
  return ARCHITECTURES[arch];
}

/** The Debian release that the guest runs. */
export const SUITE = "trixie";

/** Where QEMU comes from: Debian 13's own 10.0 has neither vhost-user-test-device-pci nor exit-with-parent. */
export const BACKPORTS = "trixie-backports";

/** What scripts may use in the guest, beside Debian's essential packages. */
export const GUEST_PACKAGES = [
  "acl",
  "attr",
  "busybox-static",
  "coreutils",
  "diod",
  "fio",
  "git",
  "iproute2",
  "kmod",
  "procps",
  "python3-minimal",
  "strace",
  "tar",
  "util-linux",
  "xz-utils",
  "zstd",
];

/** What only the preparation itself needs. */
export const BUILD_PACKAGES = ["erofs-utils"];

/** Left out of the guest's disk: scripts do not read it. */
export const IMAGE_EXCLUDES = [
  "usr/share/doc",
  "usr/share/locale",
  "usr/share/man",
  "usr/share/info",
  "var/cache/apt",
  "var/lib/apt/lists",
];

/** Raise it when the steps of the preparation change; the lists above count by themselves. */
const REVISION = 1;

/** Whether a cached tree brings QEMU and a kernel too, or only what scripts use. */
export type Variant = "full" | "userland";

/** Name of the cached tree: a changed recipe gives another name, so it is built anew. */
export function recipeName(architecture: Architecture, variant: Variant): string {
  const recipe = [REVISION, SUITE, BACKPORTS, GUEST_PACKAGES, BUILD_PACKAGES, IMAGE_EXCLUDES];
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
  return `${SUITE}-${architecture.debian}-${variant}-${hash}`;
}
