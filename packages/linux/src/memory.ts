import { constants } from "node:buffer";
import { check, checkPath } from "./check.js";
import { declare, requireKoffi } from "./libc.js";
import type { PathArg } from "./path.js";

// How mapped memory may be used and by whom (mmap(2)).
export const PROT_READ = 0x1;
export const PROT_WRITE = 0x2;
/** Changes are the file's, and everyone's who has it mapped. */
export const MAP_SHARED = 0x01;
/** Changes stay here. */
export const MAP_PRIVATE = 0x02;
/** No file behind it. */
export const MAP_ANONYMOUS = 0x20;
/** Promise no swap. */
export const MAP_NORESERVE = 0x4000;
/** Have it all at hand at once. */
export const MAP_POPULATE = 0x8000;

// Flags of memfd_create(2).
export const MFD_ALLOW_SEALING = 0x2;
export const MFD_HUGETLB = 0x4;
const MFD_CLOEXEC = 0x1;

const cMemfdCreate = declare<[PathArg, number]>("int memfd_create(const char *, unsigned int)");
const cMmap = declare<[number, number, number, number, number, number]>(
  "int64_t mmap(uintptr_t, size_t, int, int, int, int64_t)",
);
const cMunmap = declare<[number, number]>("int munmap(uintptr_t, size_t)");

/**
 * A file that is only in memory and has no path, of size 0 (memfd_create(2)).
 * @param name For /proc alone; names need not differ.
 * @param flags MFD_…; close-on-exec is always set.
 * @throws SystemError
 */
export function memfdCreate(name: string, flags = 0): number {
  const path = checkPath(name, "memfd_create");
  return check(cMemfdCreate(path, flags | MFD_CLOEXEC), "memfd_create", name);
}

/** What {@link Mapping} can be told. */
export interface MappingOptions {
  /** Where in the file it begins, in bytes; a multiple of the page size. 0 when not given. */
  readonly offset?: number;
  /** PROT_…; both when not given. */
  readonly protection?: number;
  /** MAP_…; MAP_SHARED when not given. */
  readonly flags?: number;
}

/**
 * A file's bytes as memory (mmap(2)). Whoever makes it unmaps it: the garbage
 * collector does not. Reading a page beyond the file's end kills the process
 * with SIGBUS, so map what nobody can make shorter.
 */
export class Mapping {
  readonly address: number;
  readonly length: number;
  #mapped = true;

  /** @param fd A descriptor, or -1 with MAP_ANONYMOUS. @param length In bytes. @throws SystemError */
  constructor(fd: number, length: number, options: MappingOptions = {}) {
    const { offset = 0, protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED } = options;
    this.address = check(cMmap(0, length, protection, flags, fd, offset), "mmap");
    this.length = length;
  }

  /** Whether the memory is still there. */
  get mapped(): boolean {
    return this.#mapped;
  }

  /**
   * The bytes `[offset, offset + length)` as an array over the mapped memory.
   * It must not be touched after {@link unmap}: that kills the process. Another
   * thread gets `address + offset`, not the array, which would be copied.
   * @throws RangeError outside the mapping, or for more than this Node has room for in one buffer
   */
  view(offset = 0, length: number = this.length - offset): Uint8Array<ArrayBuffer> {
    if (!this.#mapped) throw new Error("this memory is no longer mapped");
    if (!(offset >= 0 && length >= 0 && offset + length <= this.length)) {
      throw new RangeError(`bytes ${offset} to ${offset + length} are outside a mapping of ${this.length}`);
    }
    // koffi aborts the process for more than V8 takes.
    if (length > constants.MAX_LENGTH) {
      throw new RangeError(
        `a view has at most ${constants.MAX_LENGTH} bytes here, not ${length}: take several`,
      );
    }
    return new Uint8Array(requireKoffi().view(this.address + offset, length));
  }

  /** Gives the memory back (munmap(2)); all views of it are from now on deadly. A second time does nothing. */
  unmap(): void {
    if (!this.#mapped) return;
    this.#mapped = false;
    check(cMunmap(this.address, this.length), "munmap");
  }
}
