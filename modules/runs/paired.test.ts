import { expect, test } from "vitest";
import { paired, tQuantile } from "./paired.ts";

const scores = (...of: number[]) => new Map(of.map((score, n) => [`s${n}`, score]));

// From the tables of Student's t.
test.each([
  [0.975, 1, 12.7062],
  [0.975, 2, 4.3027],
  [0.975, 5, 2.5706],
  [0.975, 10, 2.2281],
  [0.995, 7, 3.4995],
  [0.975, 1_000, 1.9623],
])("t lies below its %d quantile of %i degrees of freedom: %d", (p, freedom, t) => {
  expect(tQuantile(p, freedom)).toBeCloseTo(t, 3);
});

test("the paired difference is second minus first over the scenarios of both, with its interval", () => {
  // Differences 1 to 6: mean 3.5, standard deviation 1.8708, so 3.5 ± 2.5706 x 1.8708 / 2.4495.
  const found = paired(scores(0, 0, 0, 0, 0, 0, 9), scores(1, 2, 3, 4, 5, 6), 1);
  expect(found).toMatchObject({ scenarios: 6, difference: 3.5, isTied: false });
  expect(found.interval![0]).toBeCloseTo(1.5367, 3);
  expect(found.interval![1]).toBeCloseTo(5.4633, 3);
});

test("a difference that may be chance is tied; nothing is said of too few scenarios", () => {
  expect(paired(scores(0, 1, 0, 1, 0, 1), scores(1, 0, 1, 0, 1, 0), 1)).toMatchObject({ difference: 0, isTied: true });
  expect(paired(scores(1, 1, 1, 1, 1, 1), scores(1, 1, 1, 1, 1, 1), 1)).toMatchObject({
    interval: [0, 0],
    isTied: true,
  });
  expect(paired(scores(0, 0, 0, 0, 0), scores(1, 1, 1, 1, 1), 1)).toMatchObject({ interval: null, isTied: null });
  expect(paired(scores(1), new Map([["other", 1]]), 1)).toMatchObject({ scenarios: 0, difference: null, isTied: null });
});

test("more comparisons at once need a clearer difference", () => {
  const [first, second] = [scores(0, 0, 0, 0, 0, 0), scores(0.3, 0.9, 0.1, 0.8, 0.5, 0.2)];
  expect(paired(first, second, 1).isTied).toBe(false);
  expect(paired(first, second, 20).isTied).toBe(true);
});
