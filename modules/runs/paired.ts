/** Whether two runs of one model differ: pure arithmetic on the scores of scenarios. */

/** With fewer scenarios all differences may point the same way by chance. */
export const LEAST_SCENARIOS = 6;

export type Paired = Readonly<{
  /** The number of common scenarios. */
  scenarios: number;
  /** The mean of second minus first; null without a common scenario. */
  difference: number | null;
  /** The interval of the true difference, with 95 % confidence over all pairs together; null with too few scenarios. */
  interval: readonly [number, number] | null;
  /** Whether the difference may be chance; null where too little is compared to say so. */
  isTied: boolean | null;
}>;

/**
 * The paired difference, second minus first, over the scenarios of both; a scenario counts once. `pairs`: the number of such
 * comparisons; each interval is widened so that all of them hold together (Bonferroni).
 */
export function paired(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>, pairs: number): Paired {
  const differences = [...first].flatMap(([scenario, score]) => {
    const other = second.get(scenario);
    return other === undefined ? [] : [other - score];
  });
  const n = differences.length;
  if (n === 0) return { scenarios: 0, difference: null, interval: null, isTied: null };
  const difference = differences.reduce((sum, one) => sum + one, 0) / n;
  if (n < LEAST_SCENARIOS) return { scenarios: n, difference, interval: null, isTied: null };
  const variance = differences.reduce((sum, one) => sum + (one - difference) ** 2, 0) / (n - 1);
  const reach = tQuantile(1 - 0.05 / Math.max(pairs, 1) / 2, n - 1) * Math.sqrt(variance / n);
  const interval = [difference - reach, difference + reach] as const;
  return { scenarios: n, difference, interval, isTied: interval[0] <= 0 && interval[1] >= 0 };
}

/** The point below which Student's t with so many degrees of freedom lies with probability `p` (above a half). Found by halving. */
export function tQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (tBelow(high, freedom) < p) high *= 2;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (tBelow(middle, freedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The distribution of t in its closed form for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4), for t above 0.
 */
function tBelow(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  const between = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return (1 + between) / 2;
}
