import { Buffer } from "node:buffer";

/** How a kernel or a module is compressed, told from its first bytes. */
export type Compression = "none" | "gzip" | "xz" | "zstd" | "unknown";

/** Tells the compression of `data` from its magic number. */
export function compressionOf(data: Uint8Array): Compression {
  const magic = Buffer.from(data.subarray(0, 6)).toString("hex");
  if (magic.startsWith("1f8b")) return "gzip";
  if (magic === "fd377a585a00") return "xz";
  if (magic.startsWith("28b52ffd")) return "zstd";
  if (magic.startsWith("7f454c46")) return "none";
  return "unknown";
}

/** What a bzImage holds. */
export interface BzImage {
  /** The kernel's release, as `uname -r` prints it. */
  release: string;
  /** The compressed ELF kernel. */
  payload: Uint8Array;
}

/**
 * Takes a bzImage apart (kernel: Documentation/arch/x86/boot.rst). The payload,
 * once decompressed, is a vmlinux that QEMU enters directly through its PVH
 * note: a guest without KVM then does not spend seconds decompressing itself.
 * @returns undefined when `image` is no bzImage with a payload.
 */
export function parseBzImage(image: Buffer): BzImage | undefined {
  if (image.length < 0x250 || image.toString("latin1", 0x202, 0x206) !== "HdrS") return undefined;
  const version = image.readUInt16LE(0x206);
  // payload_offset and payload_length came with protocol 2.08.
  if (version < 0x208) return undefined;
  // "For backwards compatibility, if the setup_sects field contains 0, the real value is 4."
  const setupSectors = image.readUInt8(0x1f1) || 4;
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  // All compressions but gzip are followed by the four bytes of the unpacked size.
  const length = image.readUInt32LE(0x24c);
  if (start + length > image.length || length < 8) return undefined;
  const payload = image.subarray(start, start + length);
  const trailer = compressionOf(payload) === "gzip" ? 0 : 4;

  const nameAt = image.readUInt16LE(0x20e) + 0x200;
  const nameEnd = image.indexOf(0, nameAt);
  const release = image.toString("latin1", nameAt, nameEnd).split(" ", 1)[0] ?? "";
  return { release, payload: payload.subarray(0, payload.length - trailer) };
}

/**
 * Whether QEMU can enter the ELF kernel `vmlinux` directly: it then carries the
 * note XEN_ELFNOTE_PHYS32_ENTRY (18), named "Xen", with an address of 4 or 8 bytes.
 */
export function hasPvhEntry(vmlinux: Buffer): boolean {
  return ["04", "08"].some((size) =>
    vmlinux.includes(Buffer.from(`04000000${size}0000001200000058656e00`, "hex")),
  );
}
