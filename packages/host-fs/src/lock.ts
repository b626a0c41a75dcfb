import { F_RDLCK, F_UNLCK, F_WRLCK, getOfdLock, setOfdLock } from "@ninep/linux";
import type { LockRange } from "@ninep/server";
import { LOCK_BLOCKED, LOCK_SUCCESS, LOCK_TYPE_RDLCK, LOCK_TYPE_UNLCK, LOCK_TYPE_WRLCK } from "@ninep/wire";

// OFD locks belong to the fid's own descriptor, so other fids, other connections and programs on the host see them.

/** Sets or releases a byte range lock. Returns LOCK_SUCCESS or LOCK_BLOCKED. */
export function setLock(fd: number, { type, start, length }: LockRange): number {
  return setOfdLock(fd, hostType(type), start, length) ? LOCK_SUCCESS : LOCK_BLOCKED;
}

/** The first lock in the way of `range`, or `range` unlocked. */
export function findLock(fd: number, range: LockRange): LockRange {
  const found = getOfdLock(fd, hostType(range.type), range.start, range.length);
  if (!found) return { ...range, type: LOCK_TYPE_UNLCK };
  return {
    type: found.type === F_RDLCK ? LOCK_TYPE_RDLCK : LOCK_TYPE_WRLCK,
    start: found.start,
    length: found.length,
    // An OFD lock has no process; a POSIX lock of the host has one that means nothing to the client.
    procId: 0,
    clientId: "",
  };
}

function hostType(type: number): number {
  return type === LOCK_TYPE_RDLCK ? F_RDLCK : type === LOCK_TYPE_WRLCK ? F_WRLCK : F_UNLCK;
}
