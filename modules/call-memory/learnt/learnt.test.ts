import { expect, test } from "vitest";
import { filesToLearnFrom, labelled } from "../labelled/labelled.ts";
import { sentencesOf } from "../sentences.ts";
import { inFull } from "../shorthand.ts";
import { likelihoodOfOurs, likelihoodOfPromise } from "./likelihood.ts";
import { type Example, train } from "./train.ts";

/** A line of several sentences does not say which of them holds its promise, so such a line is learnt as a whole. */
function examples(): { promise: Example[]; ours: Example[] } {
  const found: { promise: Example[]; ours: Example[] } = { promise: [], ours: [] };
  for (const { sentence: line, labels } of filesToLearnFrom().flatMap(labelled)) {
    const owners = new Set(labels.flatMap(({ kind, owedBy }) => (kind === "promise" ? [owedBy] : [])));
    for (const sentence of owners.size > 0 ? [inFull(line)] : sentencesOf(line).map(({ text }) => inFull(text))) {
      found.promise.push({ sentence, isTrue: owners.size > 0 });
      if (owners.size === 1) found.ours.push({ sentence, isTrue: owners.has("us") });
    }
  }
  return found;
}

test("the printed weights are those that the labelled sentences give, without the ones kept apart", async () => {
  expect(filesToLearnFrom().some((file) => file.includes("apart"))).toBe(false);
  const { promise, ours } = examples();
  const text = JSON.stringify({ promise: train(promise), ours: train(ours) }, null, 2);
  await expect(`${text}\n`).toMatchFileSnapshot("weights.json");
}, 120_000);

test("a sentence of other words than the labelled ones is likelier a promise when it is one, and ours when we owe", () => {
  expect(likelihoodOfPromise("i will phone mrs okafor on friday")).toBeGreaterThan(0.9);
  expect(likelihoodOfPromise("mrs okafor phoned about the zebra crossing")).toBeLessThan(0.27);
  expect(likelihoodOfOurs("i will phone mrs okafor on friday")).toBeGreaterThan(0.9);
  expect(likelihoodOfOurs("she will transfer the deposit by friday")).toBeLessThan(0.2);
});
