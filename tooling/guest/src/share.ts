import path from "node:path";
import { statSync } from "node:fs";
import { GuestError } from "./guest-error.js";

/** A directory of the host that the guest sees. */
export interface SharedDirectory {
  /** The host's directory. */
  readonly directory: string;
  /** Whether what the guest writes reaches the directory. Default: no. */
  readonly writable?: boolean | undefined;
}

/** Who serves shared directories: our own daemon over vhost-user, or QEMU itself (-virtfs). */
export type ShareServer = "ninepd" | "virtfs";

/** A shared directory, its mount tag, and where the guest mounts it. */
export interface Share {
  readonly tag: string;
  readonly directory: string;
  readonly writable: boolean;
  /** Absolute; "/" is the root. */
  readonly guestPath: string;
}

/**
 * The shares of a guest whose root is `root` and that mounts `mounts` by their guest's paths.
 * @throws GuestError for what is no directory, and guest paths that cannot be
 */
export function sharesOf(
  root: SharedDirectory,
  mounts: Readonly<Record<string, SharedDirectory>> = {},
): Share[] {
  const all = [["/", root] as const, ...Object.entries(mounts)];
  return all.map(([guestPath, { directory, writable = false }], index) => {
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new GuestError("unsupported", `${directory} (for ${guestPath}) is not a directory`);
    if (!path.posix.isAbsolute(guestPath) || path.posix.normalize(guestPath) !== guestPath)
      throw new GuestError("unsupported", `the guest path ${guestPath} is not absolute and plain`);
    return {
      tag: index === 0 ? "root" : `mount${index}`,
      directory: path.resolve(directory),
      writable,
      guestPath,
    };
  });
}
