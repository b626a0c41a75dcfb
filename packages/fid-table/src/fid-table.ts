/**
 * The fids of one connection: numbers that the client picks, each with the server's entry for it.
 *
 * Fids are integers from 0 to 0xFFFFFFFE; 0xFFFFFFFF is NOFID and never in a table. Looking up a number that
 * is no fid is a lookup that finds nothing; only `insert` refuses it. An entry is any object; the table
 * never looks into it.
 *
 * Iteration is in no particular order. While an iterator is open, do not change the table: entries might be
 * missed or seen twice. To end a connection, walk `values()`, then call `clear()`.
 */
export interface FidTable<T extends object> {
  /** How many fids are in use. */
  readonly size: number;
  /** How many fids may be in use at once. */
  readonly maxFids: number;

  /** The entry of `fid`, or undefined when it is not in use. Never throws. */
  get(fid: number): T | undefined;

  /**
   * Puts `entry` under a number that is not in use yet. Answers false, and changes nothing, when it is.
   *
   * @throws RangeError when `fid` is not an integer from 0 to 0xFFFFFFFE.
   * @throws FidTableFullError when `maxFids` fids are in use.
   */
  insert(fid: number, entry: T): boolean;

  /** Frees `fid` and answers the entry it had, or undefined when it was not in use. Never throws. */
  delete(fid: number): T | undefined;

  /** Each fid in use with its entry. */
  entries(): IterableIterator<[number, T]>;

  /** The entry of each fid in use. */
  values(): IterableIterator<T>;

  /** Forgets every fid and gives the memory back: for Tversion and the end of a connection. */
  clear(): void;
}
