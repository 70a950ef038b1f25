import { featuresOf } from "./features.ts";
import { logistic, type Weights } from "./likelihood.ts";

/** A sentence in full English, and whether what is learnt is true of it. */
export type Example = { sentence: string; isTrue: boolean };

const ROUNDS = 12;
const RATE = 0.5;
/** Keeps weights small, so that a word that was seen a few times decides nothing alone. */
const DECAY = 3e-4;
/** A feature that fewer sentences have is not learnt, and a weight below this, in tenths, is left out: they change no figure. */
const LEAST = { sentences: 4, weight: 8 };

/**
 * The weights of a logistic regression, by stochastic gradient descent with a rate for each feature (AdaGrad: Duchi, Hazan, Singer, 2011).
 * The same examples give the same weights.
 */
export function train(examples: readonly Example[]): Weights {
  const rows = examples.map(({ sentence, isTrue }) => ({
    features: [...featuresOf(sentence)],
    target: isTrue ? 1 : 0,
  }));
  const frequency = new Map<string, number>();
  for (const { features } of rows)
    for (const feature of features) frequency.set(feature, (frequency.get(feature) ?? 0) + 1);
  const names = [...frequency].flatMap(([name, count]) => (count >= LEAST.sentences ? [name] : [])).sort();
  const places = new Map(names.map((name, place) => [name, place]));
  const known = rows.map(({ features, target }) => ({
    target,
    share: 1 / Math.sqrt(features.length),
    places: features.flatMap((feature) => places.get(feature) ?? []),
  }));

  const weights = new Float64Array(names.length);
  const squares = new Float64Array(names.length).fill(1e-6);
  let [bias, biasSquare] = [0, 1e-6];
  const random = repeatable();
  for (let round = 0; round < ROUNDS; round += 1) {
    shuffle(known, random);
    for (const row of known) {
      let sum = 0;
      for (const place of row.places) sum += weights[place]!;
      const error = logistic(bias + sum * row.share) - row.target;
      biasSquare += error ** 2;
      bias -= (RATE * error) / Math.sqrt(biasSquare);
      for (const place of row.places) {
        const slope = error * row.share + DECAY * weights[place]!;
        squares[place]! += slope ** 2;
        weights[place]! -= (RATE * slope) / Math.sqrt(squares[place]!);
      }
    }
  }
  const inTenths = names.flatMap((name, place) => {
    const weight = Math.round(weights[place]! * 10);
    return Math.abs(weight) < LEAST.weight ? [] : [[name, weight] as const];
  });
  return { bias: Math.round(bias * 10), weights: Object.fromEntries(inTenths) };
}

/** Numbers from 0 to 1 that are the same each time (a linear congruential generator with the constants of Numerical Recipes). */
function repeatable(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffle<T>(rows: T[], random: () => number): void {
  for (let last = rows.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [rows[last], rows[other]] = [rows[other]!, rows[last]!];
  }
}
