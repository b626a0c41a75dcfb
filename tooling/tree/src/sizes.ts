import type { Random } from "./random.js";

/** Deviation of the sizes' logarithm: with it the median is a seventh of the mean, as in package stores. */
const SIGMA = 2;
/** Stores have empty files too: marker files, `__init__.py`. */
const EMPTY_SHARE = 0.01;

/** Log-normal sizes of `count` files, in bytes, that add up to `total`. */
export function fileSizes(count: number, total: number, random: Random): number[] {
  const weights = Array.from({ length: count }, () => {
    const weight = Math.exp(SIGMA * random.normal());
    return random.fraction() < EMPTY_SHARE ? 0 : weight;
  });
  const sum = weights.reduce((before, weight) => before + weight, 0);
  // Rounds the running total, not each size: then nothing is left over at the end.
  let weightSoFar = 0;
  let bytesSoFar = 0;
  return weights.map((weight, index) => {
    weightSoFar += weight;
    const end = index === count - 1 ? total : Math.min(total, Math.round((weightSoFar / sum) * total));
    const size = end - bytesSoFar;
    bytesSoFar = end;
    return size;
  });
}
