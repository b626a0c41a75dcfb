import { MAX_WALK_NAMES, QTDIR, Rwalk, Twalk, WireError, errno, errnoText, type Qid } from "@ninep/wire";
import type { RequestOptions } from "./connection-options.js";
import type { Connection } from "./connection.js";
import { clunkQuietly, withNewFid } from "./fid.js";
import { NinepError } from "./ninep-error.js";

/** How far a walk came. */
export interface WalkResult {
  /** Of the names that are there, in order. */
  readonly qids: readonly Qid[];
  /** The new fid, when all of them are there. */
  readonly fid?: number;
  /** Why not, otherwise. */
  readonly error?: NinepError;
}

/** What a server says of a name that is not there, or of one below a file or a symlink. */
const STOPS: ReadonlySet<number> = new Set([errno.ENOENT, errno.ENOTDIR, errno.ELOOP]);

/** The names in a path: empty ones and "." mean nothing, ".." is left in. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/**
 * Walks any number of names, at most 16 in a request (walk(5)). A name that is
 * not there is a result; anything else that goes wrong is thrown.
 */
export async function walkNames(
  connection: Connection,
  from: number,
  names: readonly string[],
  options?: RequestOptions,
): Promise<WalkResult> {
  const first = names.slice(0, MAX_WALK_NAMES);
  let made: { fid: number; result: readonly Qid[] };
  try {
    const step = async (newfid: number) => {
      const qids = await walkStep(connection, from, newfid, first, options);
      // Only for withNewFid to take the number back: a short walk makes no fid.
      if (qids.length < first.length) throw new ShortWalk(qids);
      return qids;
    };
    made = await withNewFid(connection, step, options?.signal);
  } catch (error) {
    return stopped([], error);
  }
  const { fid } = made;
  const qids = [...made.result];
  try {
    for (let at = first.length; at < names.length; at += MAX_WALK_NAMES) {
      const part = names.slice(at, at + MAX_WALK_NAMES);
      const more = await walkStep(connection, fid, fid, part, options);
      if (more.length < part.length) throw new ShortWalk(more);
      qids.push(...more);
    }
    return { qids, fid };
  } catch (error) {
    await clunkQuietly(connection, fid);
    return stopped(qids, error);
  }
}

/** Walks to a new fid. @throws NinepError ENOENT or ENOTDIR when a name is not there */
export async function walkToFid(
  connection: Connection,
  from: number,
  names: readonly string[],
  options?: RequestOptions,
): Promise<{ fid: number; qid: Qid | undefined }> {
  const { fid, qids, error } = await walkNames(connection, from, names, options);
  if (fid === undefined) throw error ?? new NinepError(errno.ENOENT);
  return { fid, qid: qids.at(-1) };
}

class ShortWalk extends Error {
  readonly qids: readonly Qid[];
  constructor(qids: readonly Qid[]) {
    super();
    this.qids = qids;
  }
}

function stopped(before: readonly Qid[], error: unknown): WalkResult {
  if (error instanceof ShortWalk) {
    const qids = [...before, ...error.qids];
    // The server does not say why. What is not a directory has nothing in it.
    const last = qids.at(-1);
    const number = last && (last.type & QTDIR) === 0 ? errno.ENOTDIR : errno.ENOENT;
    return { qids, error: new NinepError(number, `Twalk: ${errnoText(number)}`) };
  }
  if (error instanceof NinepError && STOPS.has(error.errno)) return { qids: before, error };
  throw error;
}

async function walkStep(
  connection: Connection,
  fid: number,
  newfid: number,
  names: readonly string[],
  options: RequestOptions | undefined,
): Promise<readonly Qid[]> {
  const take = ({ qids }: { readonly qids: readonly Qid[] }) => {
    if (qids.length > names.length)
      throw new WireError(`Rwalk has ${qids.length} qids for ${names.length} names`);
    return qids;
  };
  return connection.requestTaking(Twalk, { fid, newfid, names: [...names] }, Rwalk, take, options);
}
