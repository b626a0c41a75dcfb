/** What a `HybridFidTable` holds and has done. */
export interface FidTableStats {
  /** Fids that are in the array of pages. */
  readonly denseFids: number;
  /** Fids that are in the hash. */
  readonly sparseFids: number;
  /** Slots that are allocated in both, empty ones included, and the places of the directory. */
  readonly slots: number;
  /** Slots written, moved, scanned or allocated by all inserts and deletes so far. */
  readonly touched: number;
}
