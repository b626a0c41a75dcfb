import { errno } from "./errno.js";
import { lastErrno } from "./libc.js";
import { type PathArg, isPath } from "./path.js";
import { SystemError } from "./system-error.js";

/** Returns the result of a C function, or throws what errno says when it is negative. */
export function check(result: number, syscall: string, path?: PathArg): number {
  if (result < 0) throw new SystemError(lastErrno(), syscall, path);
  return result;
}

/** Returns the result of a function of ours that answers a negative errno, or throws that. */
export function orThrow(result: number, syscall: string, path?: PathArg): number {
  if (result < 0) throw new SystemError(-result, syscall, path);
  return result;
}

/** Returns a path that reaches the kernel as it is, and throws EINVAL for any other. */
export function checkPath(path: PathArg, syscall: string): PathArg {
  if (!isPath(path)) throw new SystemError(errno.EINVAL, syscall, path);
  return path;
}
