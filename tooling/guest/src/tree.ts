import { existsSync } from "node:fs";
import path from "node:path";
import type { Architecture } from "./recipe.js";

/** A prepared tree in the cache: one folder, complete once it has its final name. */
export class Tree {
  readonly directory: string;
  readonly architecture: Architecture;

  constructor(directory: string, architecture: Architecture) {
    this.directory = directory;
    this.architecture = architecture;
  }

  /** The Debian root whose programs run on the host. */
  get root(): string {
    return path.join(this.directory, "root");
  }

  /** The guest's read-only disk: the same Debian without QEMU and kernel. */
  get userland(): string {
    return path.join(this.directory, "userland.erofs");
  }

  /** The folder that the kernel's package was unpacked into. */
  get kernel(): string {
    return path.join(this.directory, "kernel");
  }

  /** The kernel, unpacked so that it boots at once; not on every architecture. */
  get vmlinux(): string {
    return path.join(this.directory, "vmlinux");
  }

  get busybox(): string {
    return path.join(this.root, "usr/bin/busybox");
  }

  get exists(): boolean {
    return existsSync(this.userland);
  }

  /**
   * How to run one of the tree's programs on the host: through the tree's own
   * loader and libraries, so that it needs neither chroot nor root, and paths
   * in its arguments are the host's.
   */
  command(program: string): string[] {
    return [
      path.join(this.root, this.architecture.loader),
      "--library-path",
      path.join(this.root, this.architecture.libraries),
      path.join(this.root, "usr/bin", program),
    ];
  }

  /** How to run the tree's QEMU. */
  qemu(): string[] {
    const share = path.join(this.root, "usr/share");
    // Debian keeps the BIOS in a package of its own; -L may be given twice.
    return [
      ...this.command(this.architecture.qemuProgram),
      ...["-L", path.join(share, "qemu"), "-L", path.join(share, "seabios")],
    ];
  }
}
