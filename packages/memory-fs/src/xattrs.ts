import { Errno } from "@ninep/server";
import { XATTR_CREATE, XATTR_REPLACE, encodeText } from "@ninep/wire";
import type { Volume } from "./volume.js";

// Limits of Linux (linux/limits.h).
const MAX_NAME = 255;
const MAX_VALUE = 65536;
const MAX_LIST = 65536;

/** The extended attributes of one file (xattr(7)). */
export class Xattrs {
  readonly #volume: Volume;
  // Most files have none.
  #values: Map<string, Uint8Array> | undefined;
  #listBytes = 0;

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  /** A copy of the value. Throws ENODATA. */
  get(name: string): Uint8Array {
    return this.#value(name).slice();
  }

  names(): string[] {
    return [...(this.#values?.keys() ?? [])];
  }

  /** Keeps `value`. Throws EEXIST, ENODATA, ERANGE, E2BIG, ENOSPC, EINVAL. */
  set(name: string, value: Uint8Array, flags: number): void {
    const nameBytes = encodeText(name).length;
    if (nameBytes === 0 || nameBytes > MAX_NAME) throw new Errno("ERANGE", "the name of an attribute");
    if (value.length > MAX_VALUE) throw new Errno("E2BIG", `${value.length} bytes of an attribute`);
    if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) throw new Errno("EINVAL", `flags ${flags}`);
    const old = this.#values?.get(name);
    if (old && flags & XATTR_CREATE) throw new Errno("EEXIST", name);
    if (!old && flags & XATTR_REPLACE) throw new Errno("ENODATA", name);
    // A list of names ends each with a NUL.
    const listed = old ? 0 : nameBytes + 1;
    if (this.#listBytes + listed > MAX_LIST) throw new Errno("ENOSPC", "too many attributes");
    this.#volume.charge(listed + value.length - (old?.length ?? 0));
    this.#listBytes += listed;
    this.#values ??= new Map();
    this.#values.set(name, value);
  }

  /** Throws ENODATA. */
  remove(name: string): void {
    this.#value(name);
    this.drop(name);
  }

  /** Removes it if it is there. */
  drop(name: string): void {
    const value = this.#values?.get(name);
    if (!value) return;
    const listed = encodeText(name).length + 1;
    this.#values?.delete(name);
    this.#listBytes -= listed;
    this.#volume.charge(-listed - value.length);
  }

  clear(): void {
    for (const name of this.names()) this.drop(name);
  }

  #value(name: string): Uint8Array {
    const value = this.#values?.get(name);
    if (!value) throw new Errno("ENODATA", name);
    return value;
  }
}
