import { DENSE_LIMIT, DENSE_PAGE_FIDS } from "./dense-fids.js";

/**
 * A page may be made for a fid that is not far above the number of fids in use. A client that takes the
 * lowest free fid, as Linux does, always passes; one fid on every page does not.
 */
export function mayMakePage(fid: number, size: number): boolean {
  return fid < DENSE_LIMIT && fid < 2 * size + 2 * DENSE_PAGE_FIDS;
}

/**
 * A page may stay while its numbers are not very far above the number of fids in use, or while a quarter of
 * it is full. The gap to `mayMakePage` is a factor of two in `size`: no short run of inserts and deletes can
 * make and drop one page again and again.
 */
export function mayKeepPage(index: number, count: number, size: number): boolean {
  return index * DENSE_PAGE_FIDS < 4 * size + 4 * DENSE_PAGE_FIDS || count >= DENSE_PAGE_FIDS / 4;
}
