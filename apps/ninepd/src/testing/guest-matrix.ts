import process from "node:process";

/** How a guest reaches ninepd. */
export type Transport = "tcp" | "virtio";

// What the guest tests run on. The defaults take some minutes; all that is
// supported is run by setting these variables (../../guest/README.md).

function words<T extends string>(name: string, fallback: readonly T[]): readonly T[] {
  const text = process.env[name];
  return text === undefined ? fallback : (text.split(",") as T[]);
}

/** Transports and the cache modes of the Linux client to mount with. */
export const TRANSPORTS = words<Transport>("NINEP_GUEST_TRANSPORTS", ["tcp", "virtio"]);

/** The cache modes that differ most: all requests reach the server, few do, or those for mapped files do not. */
export const CACHES: Readonly<Record<Transport, readonly string[]>> = {
  tcp: words("NINEP_GUEST_CACHES", ["none", "loose"]),
  virtio: words("NINEP_GUEST_CACHES", ["none", "mmap"]),
};

/** The machine that scripts run on. */
export const machine = {
  // Without KVM a second processor only makes requests slower: waking it costs more than it does.
  cpus: Number(process.env["NINEP_GUEST_CPUS"] ?? 1),
  /** MiB, unless a script needs more. */
  memory: Number(process.env["NINEP_GUEST_MEMORY"] ?? 1024),
  /** As runGuest takes it. */
  kernel: process.env["NINEP_GUEST_KERNEL"],
};
