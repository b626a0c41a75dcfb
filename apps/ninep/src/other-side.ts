import { ConnectionError, NinepError } from "@ninep/client";
import { pathText, type LocalPath } from "./local-path.js";
import { FileError, reasonOf } from "./report.js";

// A copy fails with one of two files. Messages begin with the one copied from,
// so those about the other one name it.

/** Works on a local file that is copied to: `nodir/x: No such file or directory`. */
export async function onLocal<T>(path: LocalPath, work: () => Promise<T>): Promise<T> {
  return naming(pathText(path), (error) => error instanceof Error && "syscall" in error, work);
}

/** Works on a file of the server that is copied to: `x on the server: Permission denied`. */
export async function onServer<T>(name: string, work: () => Promise<T>): Promise<T> {
  const isTheirs = (error: unknown) => error instanceof NinepError && !(error instanceof ConnectionError);
  return naming(`${name === "" ? "/" : name} on the server`, isTheirs, work);
}

async function naming<T>(
  what: string,
  isAboutIt: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isAboutIt(error) ? new FileError(`${what}: ${reasonOf(error)}`, { cause: error }) : error;
  }
}
