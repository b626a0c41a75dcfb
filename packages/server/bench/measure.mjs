// Interleaved repetitions and what they say.
import process from "node:process";

/** Runs `work` and returns its wall time and the server's CPU time, in milliseconds. */
export function timed(server, work) {
  const cpu = server.cpu;
  const start = process.hrtime.bigint();
  work();
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  return { wall, cpu: server.cpu - cpu };
}

/**
 * Runs `runs` repetitions of each contender after one that does not count. A
 * contender is a function that does block `i` of its work and returns its cost;
 * the blocks take turns (A B B A …), so that what disturbs the machine
 * disturbs all alike. Returns the summed cost of each repetition, by contender.
 */
export function interleave(runs, blocks, contenders) {
  const samples = contenders.map(() => []);
  for (let run = -1; run < runs; run++) {
    const sums = contenders.map(() => ({ wall: 0, cpu: 0 }));
    for (let block = 0; block < blocks; block++) {
      for (let turn = 0; turn < contenders.length; turn++) {
        const who = (block + run) % 2 ? contenders.length - 1 - turn : turn;
        const { wall, cpu } = contenders[who](block);
        sums[who].wall += wall;
        sums[who].cpu += cpu;
      }
    }
    if (run >= 0) for (const [who, sum] of sums.entries()) samples[who].push(sum);
  }
  return samples;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios run by run, with the least and the greatest: `0.52 (0.47 to 0.60)`. */
export function ratio(samples, base, key) {
  const ratios = samples.map((sample, i) => sample[key] / base[i][key]);
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

/** Median cost of one of `count` things in microseconds. */
export function each(samples, key, count) {
  return `${((median(samples.map((sample) => sample[key])) * 1000) / count).toFixed(1)} µs`;
}
