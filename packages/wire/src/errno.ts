/**
 * Linux's error numbers (asm-generic/errno-base.h and errno.h), the same on
 * x86, arm64 and every architecture but alpha, mips, parisc and sparc. Rlerror
 * carries these whatever the server runs on.
 */
const TABLE = {
  EPERM: [1, "Operation not permitted"],
  ENOENT: [2, "No such file or directory"],
  EINTR: [4, "Interrupted system call"],
  EIO: [5, "Input/output error"],
  ENXIO: [6, "No such device or address"],
  E2BIG: [7, "Argument list too long"],
  EBADF: [9, "Bad file descriptor"],
  EAGAIN: [11, "Resource temporarily unavailable"],
  ENOMEM: [12, "Cannot allocate memory"],
  EACCES: [13, "Permission denied"],
  EFAULT: [14, "Bad address"],
  EBUSY: [16, "Device or resource busy"],
  EEXIST: [17, "File exists"],
  EXDEV: [18, "Invalid cross-device link"],
  ENODEV: [19, "No such device"],
  ENOTDIR: [20, "Not a directory"],
  EISDIR: [21, "Is a directory"],
  EINVAL: [22, "Invalid argument"],
  ENFILE: [23, "Too many open files in system"],
  EMFILE: [24, "Too many open files"],
  ENOTTY: [25, "Inappropriate ioctl for device"],
  ETXTBSY: [26, "Text file busy"],
  EFBIG: [27, "File too large"],
  ENOSPC: [28, "No space left on device"],
  ESPIPE: [29, "Illegal seek"],
  EROFS: [30, "Read-only file system"],
  EMLINK: [31, "Too many links"],
  EPIPE: [32, "Broken pipe"],
  ERANGE: [34, "Numerical result out of range"],
  EDEADLK: [35, "Resource deadlock avoided"],
  ENAMETOOLONG: [36, "File name too long"],
  ENOLCK: [37, "No locks available"],
  ENOSYS: [38, "Function not implemented"],
  ENOTEMPTY: [39, "Directory not empty"],
  ELOOP: [40, "Too many levels of symbolic links"],
  ENODATA: [61, "No data available"],
  EPROTO: [71, "Protocol error"],
  EBADMSG: [74, "Bad message"],
  EOVERFLOW: [75, "Value too large for defined data type"],
  EMSGSIZE: [90, "Message too long"],
  EOPNOTSUPP: [95, "Operation not supported"],
  ECONNRESET: [104, "Connection reset by peer"],
  ENOBUFS: [105, "No buffer space available"],
  ETIMEDOUT: [110, "Connection timed out"],
  ESTALE: [116, "Stale file handle"],
  EDQUOT: [122, "Disk quota exceeded"],
  ECANCELED: [125, "Operation canceled"],
} as const satisfies Record<string, readonly [number, string]>;

/** The name of an error number, such as "ENOENT". */
export type ErrnoName = keyof typeof TABLE;

/** Error numbers by name: `errno.ENOENT` is 2. */
export const errno: Readonly<Record<ErrnoName, number>> = Object.freeze(
  Object.fromEntries(Object.entries(TABLE).map(([name, [number]]) => [name, number])) as Record<
    ErrnoName,
    number
  >,
);

const byNumber = new Map<number, { name: string; text: string }>();
for (const [name, [number, text]] of Object.entries(TABLE)) byNumber.set(number, { name, text });

/** "ENOENT" for 2; "errno 999" for a number without a name here. */
export function errnoName(number: number): string {
  return byNumber.get(number)?.name ?? `errno ${number}`;
}

/**
 * The text that a Rerror carries. Clients of 9P2000 turn it back into a number
 * by comparing text (net/9p/error.c of Linux), so it is exactly strerror(3)'s.
 */
export function errnoText(number: number): string {
  return byNumber.get(number)?.text ?? `Unknown error ${number}`;
}
