import { createRequire } from "node:module";
import process from "node:process";
import type koffiModule from "koffi";
import { errno } from "./errno.js";

type Koffi = typeof koffiModule;

/** A function of the C library, and the same on the libuv pool. The result is what C returns. */
export interface CFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  async(...args: [...A, (error: Error | null, result: R) => void]): void;
}

interface Loaded {
  readonly koffi: Koffi;
  readonly library: ReturnType<Koffi["load"]>;
  readonly errnoCell: Int32Array;
}

const loaded = load();

/**
 * The calling thread's errno. libc keeps it at an address that is the thread's
 * own and every Worker loads its own copy of this module, so it is read as
 * memory, which costs nothing where koffi.errno() costs 20 ns.
 */
const errnoCell = loaded instanceof Error ? new Int32Array(1) : loaded.errnoCell;

/** True where the system calls of this package work: Linux on x64 and arm64. */
export function isSupported(): boolean {
  return !(loaded instanceof Error);
}

/** The value of a constant that x64 and arm64 number differently. */
export function byArch<T>(x64: T, arm64: T): T {
  return process.arch === "arm64" ? arm64 : x64;
}

/**
 * Declares a function of the C library in koffi's C syntax. On other systems
 * the declaration is fine and only a call throws, so that portable programs may
 * import this package. A C library without the function answers ENOSYS.
 *
 * Variadic functions (fcntl, syscall) are declared with the arguments of one
 * use: on Linux, x64 and arm64 pass integers in the same registers either way.
 */
export function declare<A extends readonly unknown[], R = number>(signature: string): CFunction<A, R> {
  if (loaded instanceof Error) return unsupported<A, R>(loaded);
  try {
    return loaded.library.func(signature);
  } catch {
    return missing() as unknown as CFunction<A, R>;
  }
}

/** The errno of the last call that failed on this thread, or of the pool's call whose callback runs. */
export function lastErrno(): number {
  return errnoCell[0]!;
}

/** What a C function answered, or the negative errno when that was negative. */
export function orErrno(result: number): number {
  return result >= 0 ? result : -errnoCell[0]!;
}

/** koffi itself, for addresses and views. Throws where this package does not work. */
export function requireKoffi(): Koffi {
  if (loaded instanceof Error) throw loaded;
  return loaded.koffi;
}

function load(): Loaded | Error {
  const { platform, arch } = process;
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64")) {
    return new Error(`@ninep/linux works on Linux x64 and arm64 only; this is ${platform} ${arch}`);
  }
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    // The libc that Node itself runs on, be it glibc or musl.
    const library = koffi.load(null);
    const location = library.func("void *__errno_location()") as unknown as () => bigint;
    return { koffi, library, errnoCell: new Int32Array(koffi.view(location(), 4)) };
  } catch (cause) {
    return new Error("@ninep/linux cannot load koffi; is its prebuilt binary for this machine installed?", {
      cause,
    });
  }
}

function unsupported<A extends readonly unknown[], R>(error: Error): CFunction<A, R> {
  const fail = (): never => {
    throw error;
  };
  return Object.assign(fail, { async: fail });
}

function missing(): CFunction<unknown[], number> {
  const call = (): number => {
    errnoCell[0] = errno.ENOSYS;
    return -1;
  };
  return Object.assign(call, {
    async(...args: unknown[]): void {
      const callback = args.at(-1) as (error: Error | null, result: number) => void;
      setImmediate(() => {
        callback(null, call());
      });
    },
  });
}
