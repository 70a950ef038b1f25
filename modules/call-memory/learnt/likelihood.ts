import { featuresOf } from "./features.ts";
import learnt from "./weights.json" with { type: "json" };

/** `bias` and `weights` are in tenths. */
export type Weights = { bias: number; weights: Readonly<Record<string, number>> };

/**
 * How likely the labelled notes make it that a sentence in full English holds a promise, and that a promise in it is ours: from 0 to 1.
 * A logistic regression on `featuresOf`, whose weights `train.ts` learns.
 */
export const likelihoodOfPromise = (sentence: string): number => likelihood(sentence, learnt.promise);
export const likelihoodOfOurs = (sentence: string): number => likelihood(sentence, learnt.ours);

function likelihood(sentence: string, { bias, weights }: Weights): number {
  const features = featuresOf(sentence);
  let sum = 0;
  for (const feature of features) if (Object.hasOwn(weights, feature)) sum += weights[feature]!;
  return logistic((bias + sum / Math.sqrt(features.size)) / 10);
}

export const logistic = (sum: number): number => 1 / (1 + Math.exp(-sum));
