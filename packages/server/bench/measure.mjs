// Interleaved repetitions and what they say.
import process from "node:process";

/** Runs `work` and returns its wall time and the server's CPU time, in milliseconds. */
export function timed(server, work) {
  const cpu = server.cpu;
  const start = process.hrtime.bigint();
  work();
  return { wall: Number(process.hrtime.bigint() - start) / 1e6, cpu: server.cpu - cpu };
}

/**
 * Runs each of `works` in turn, `runs` times after one that does not count:
 * A B A B …, so that what disturbs the machine disturbs all alike.
 */
export function interleave(runs, works) {
  const samples = works.map(() => []);
  for (let run = -1; run < runs; run++) {
    for (const [i, work] of works.entries()) {
      const sample = work();
      if (run >= 0) samples[i].push(sample);
    }
  }
  return samples;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios run by run, with the least and the greatest: `0.52 (0.47 to 0.60)`. */
export function ratio(ours, theirs, key) {
  const ratios = ours.map((sample, i) => sample[key] / theirs[i][key]).filter(Number.isFinite);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return {
    median: median(ratios),
    text: `${median(ratios).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
  };
}
