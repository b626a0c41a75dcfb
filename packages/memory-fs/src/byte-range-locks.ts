import { Errno, type LockRange } from "@ninep/server";
import { LOCK_BLOCKED, LOCK_SUCCESS, LOCK_TYPE_RDLCK, LOCK_TYPE_UNLCK, LOCK_TYPE_WRLCK } from "@ninep/wire";

/** Where a lock of length 0 ends: past every byte a file can have. */
const FOREVER = 1n << 63n;
/** Most locks on one file; the peer asks for them, so their number is bounded. */
const MAX_LOCKS = 8192;

interface Held {
  readonly owner: object;
  readonly type: number;
  readonly start: bigint;
  /** The first byte after it. */
  readonly end: bigint;
  readonly procId: number;
  readonly clientId: string;
}

/**
 * The byte range locks of one file, owned by open files as F_OFD_SETLK owns
 * them (fcntl(2)): two opens conflict, an owner's own locks replace each other.
 */
export class ByteRangeLocks {
  /** Sorted by start. */
  #held: Held[] = [];

  /** Sets or (LOCK_TYPE_UNLCK) releases; returns LOCK_SUCCESS or LOCK_BLOCKED. Throws EINVAL, ENOLCK. */
  lock(owner: object, range: LockRange): number {
    const wanted = heldOf(owner, range);
    if (this.#conflict(wanted)) return LOCK_BLOCKED;
    const rest = this.#held.flatMap((held) => (held.owner === owner ? without(held, wanted) : [held]));
    if (wanted.type !== LOCK_TYPE_UNLCK) rest.push(wanted);
    const merged = merge(rest);
    if (merged.length > MAX_LOCKS) throw new Errno("ENOLCK", `${MAX_LOCKS} locks at most on a file`);
    this.#held = merged;
    return LOCK_SUCCESS;
  }

  /** The first lock in the way of `range`, or `range` as LOCK_TYPE_UNLCK. Throws EINVAL. */
  test(owner: object, range: LockRange): LockRange {
    const conflict = this.#conflict(heldOf(owner, range));
    if (!conflict) return { ...range, type: LOCK_TYPE_UNLCK };
    const { type, start, end, procId, clientId } = conflict;
    return { type, start, length: end === FOREVER ? 0n : end - start, procId, clientId };
  }

  releaseAll(owner: object): void {
    if (this.#held.length > 0) this.#held = this.#held.filter((held) => held.owner !== owner);
  }

  #conflict(wanted: Held): Held | undefined {
    if (wanted.type === LOCK_TYPE_UNLCK) return undefined;
    return this.#held.find(
      (held) =>
        held.owner !== wanted.owner &&
        held.start < wanted.end &&
        wanted.start < held.end &&
        (held.type === LOCK_TYPE_WRLCK || wanted.type === LOCK_TYPE_WRLCK),
    );
  }
}

function heldOf(owner: object, range: LockRange): Held {
  const { type, start, length, procId, clientId } = range;
  if (type !== LOCK_TYPE_RDLCK && type !== LOCK_TYPE_WRLCK && type !== LOCK_TYPE_UNLCK)
    throw new Errno("EINVAL", `lock type ${type}`);
  const end = length === 0n ? FOREVER : start + length;
  if (start >= FOREVER || end > FOREVER) throw new Errno("EINVAL", `a lock of ${length} bytes at ${start}`);
  return { owner, type, start, end, procId, clientId };
}

/** What is left of a lock when `cut` is taken out of it: nothing, one piece or two. */
function without(held: Held, cut: Held): Held[] {
  if (cut.end <= held.start || held.end <= cut.start) return [held];
  const pieces: Held[] = [];
  if (held.start < cut.start) pieces.push({ ...held, end: cut.start });
  if (cut.end < held.end) pieces.push({ ...held, start: cut.end });
  return pieces;
}

/** Sorts by start and joins an owner's locks of one kind that touch. */
function merge(locks: Held[]): Held[] {
  locks.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const merged: Held[] = [];
  const lastOf = new Map<object, number>();
  for (const lock of locks) {
    const at = lastOf.get(lock.owner);
    const last = at === undefined ? undefined : merged[at];
    if (at !== undefined && last?.end === lock.start && isSameKind(last, lock)) {
      merged[at] = { ...last, end: lock.end };
    } else {
      lastOf.set(lock.owner, merged.push(lock) - 1);
    }
  }
  return merged;
}

function isSameKind(a: Held, b: Held): boolean {
  return a.type === b.type && a.procId === b.procId && a.clientId === b.clientId;
}
