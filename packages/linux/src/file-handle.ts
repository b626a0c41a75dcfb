import { check, checkPath } from "./check.js";
import { errno } from "./errno.js";
import { declare } from "./libc.js";
import { NativeMemory, addressOf } from "./native-memory.js";
import { AT_EMPTY_PATH, O_CLOEXEC } from "./open-flags.js";
import type { PathArg } from "./path.js";
import { SystemError } from "./system-error.js";

/** Most bytes of a handle proper (MAX_HANDLE_SZ in linux/exportfs.h). */
const MAX_HANDLE = 128;
/** struct file_handle: handle_bytes[4] handle_type[4], then the handle. */
const HEADER = 8;

const cNameToHandleAt = declare<[number, PathArg, number, number, number]>(
  "int name_to_handle_at(int, const char *, uintptr_t, uintptr_t, int)",
);
const cOpenByHandleAt = declare<[number, number, number]>("int open_by_handle_at(int, uintptr_t, int)");

const handle = new NativeMemory(HEADER + MAX_HANDLE);
const mountId = new NativeMemory(4);

/** What names a file on its mount for as long as the file exists, whatever happens to its paths. */
export interface FileHandle {
  /** struct file_handle: the kernel's own business, to be stored and compared as it is. */
  readonly bytes: Uint8Array;
  /** The mount that the file was found on, as in /proc/self/mountinfo. */
  readonly mountId: number;
}

/**
 * The handle of `path` beneath `dirfd`, or of a descriptor's own file with ""
 * and AT_EMPTY_PATH (name_to_handle_at(2)). A symlink is not followed unless
 * AT_SYMLINK_FOLLOW says so.
 * @throws SystemError EOPNOTSUPP on a file system without handles
 */
export function nameToHandleAt(dirfd: number, path: PathArg, flags: number): FileHandle {
  handle.words[0] = MAX_HANDLE;
  const name = checkPath(path, "name_to_handle_at");
  check(cNameToHandleAt(dirfd, name, handle.address, mountId.address, flags), "name_to_handle_at", path);
  return { bytes: handle.bytes.slice(0, HEADER + handle.words[0]), mountId: mountId.words[0]! | 0 };
}

/** The handle of a descriptor's file, O_PATH or other ({@link nameToHandleAt}). @throws SystemError */
export function handleOf(fd: number): FileHandle {
  return nameToHandleAt(fd, "", AT_EMPTY_PATH);
}

/**
 * Opens the file that a handle names, always with O_CLOEXEC
 * (open_by_handle_at(2)). Any file of the mount can be asked for, whatever
 * directories lead to it: never do that with a handle that a peer made up.
 * @param mountFd Any descriptor, not O_PATH, on that mount.
 * @throws SystemError ESTALE when the file is gone, EPERM without CAP_DAC_READ_SEARCH
 */
export function openByHandleAt(mountFd: number, bytes: Uint8Array, flags: number): number {
  // The kernel reads as many bytes as the handle says it has.
  const whole = bytes.length >= HEADER && sizeIn(bytes) === bytes.length - HEADER;
  if (!whole) throw new SystemError(errno.EINVAL, "open_by_handle_at");
  return check(cOpenByHandleAt(mountFd, addressOf(bytes), flags | O_CLOEXEC), "open_by_handle_at");
}

function sizeIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
