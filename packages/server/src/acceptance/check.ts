import { errno, errnoName, type ErrnoName } from "@ninep/wire";
import { ErrorReply } from "./wire-client.js";

/** Throws unless `condition` holds; `what` says what should be so. */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`expected ${what}`);
}

/** Throws unless both look the same, element by element. */
export function equal<T>(actual: T, expected: T, what: string): void {
  const [is, should] = [show(actual), show(expected)];
  if (is !== should) throw new Error(`expected ${what} to be ${should}, but it is ${is}`);
}

/** Throws unless `attempt` is answered with one of these errors. */
export async function fails(attempt: Promise<unknown>, ...names: readonly ErrnoName[]): Promise<void> {
  const wanted = names.join(" or ");
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof ErrorReply)) throw error;
    if (names.some((name) => errno[name] === error.errno)) return;
    throw new Error(`expected ${wanted}, but ${error.message} (${errnoName(error.errno)})`);
  }
  throw new Error(`expected ${wanted}, but the request succeeds`);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array && value.length > 64)
    return `${value.length} bytes with sum ${value.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)}`;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? `${inner}n` : inner instanceof Uint8Array ? [...inner] : inner,
  );
}
