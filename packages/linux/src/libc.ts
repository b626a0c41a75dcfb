import { constants as osConstants } from "node:os";
import process from "node:process";
import koffi from "koffi";

/** A function of the C library; its result is what C returns. */
export type CFunction<A extends readonly unknown[], R> = (...args: A) => R;

const supported = process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64");
const lib = supported ? openLibrary() : undefined;

/** True where the system calls of this package work: Linux on x64 and arm64. */
export function isSupported(): boolean {
  return supported;
}

/** The value of a constant that x64 and arm64 number differently. */
export function byArch<T>(x64: T, arm64: T): T {
  return process.arch === "arm64" ? arm64 : x64;
}

/**
 * Declares a function of the C library in koffi's C syntax. On other systems
 * the declaration is fine and only a call throws, so that portable programs may
 * import this package.
 */
export function declare<A extends readonly unknown[], R = number>(signature: string): CFunction<A, R> {
  if (lib) return lib.func(signature) as CFunction<A, R>;
  return () => {
    throw new Error(
      `@ninep/linux works on Linux on x64 and arm64 only; this is ${process.platform} on ${process.arch}.`,
    );
  };
}

/** The errno of the last call that failed, on this thread. */
export function lastErrno(): number {
  return koffi.errno();
}

/** Where a buffer lies in memory. Valid as long as the buffer is. */
export function addressOf(bytes: Uint8Array): bigint {
  return koffi.address(bytes);
}

/** Names of error numbers, from the running system. */
export const errnoNames: ReadonlyMap<number, string> = new Map(
  Object.entries(osConstants.errno).map(([name, number]) => [number, name]),
);

function openLibrary(): ReturnType<typeof koffi.load> {
  try {
    return koffi.load("libc.so.6");
  } catch {
    return koffi.load(`libc.musl-${byArch("x86_64", "aarch64")}.so.1`);
  }
}
