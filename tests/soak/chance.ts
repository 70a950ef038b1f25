/** Chance that can be repeated: the same seed gives the same numbers in the same order. */
export type Chance = {
  /** From 0 up to, and without, 1. */
  next: () => number;
  /** A whole number, both ends included. */
  between: (least: number, most: number) => number;
  /** One of these, each as often as its weight says. */
  weighted: <T extends string>(weights: Readonly<Partial<Record<T, number>>>) => T;
};

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  // mulberry32: one addition and two multiplications a number, and good enough to choose who calls whom.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    weighted(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      const drawn = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      let sum = 0;
      for (const [name, weight] of entries) {
        sum += weight;
        if (drawn < sum) return name;
      }
      return entries.at(-1)![0];
    },
  };
}
