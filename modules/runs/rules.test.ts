import { expect, test } from "vitest";
import { samplePlaces, sampleSize, VERBS } from "./rules.ts";
import { RUN_STATUSES } from "./states.ts";

test.each([
  [100, 100, 100],
  [100, 29, 29],
  [10, 25, 2],
  [3, 1, 1],
  [1, 0.01, 1],
  [1_000_000, 0.01, 100],
])("of %i scenarios %d percent are %i", (all, percentage, size) => {
  expect(sampleSize(all, percentage)).toBe(size);
});

test("a sample depends on the ids and the seed alone, and keeps the order of the definition", () => {
  const ids = Array.from({ length: 40 }, (_, n) => `s${n}`);
  const sample = samplePlaces(ids, 25, 7n);
  expect(sample).toHaveLength(10);
  expect(sample).toEqual([...sample].sort((left, right) => left - right));
  expect(samplePlaces(ids, 25, 7n)).toEqual(sample);
  expect(samplePlaces(ids, 25, 8n)).not.toEqual(sample);
  const reversed = samplePlaces([...ids].reverse(), 25, 7n).map((place) => 39 - place);
  expect(reversed.sort((left, right) => left - right)).toEqual(sample);
});

test("a larger sample of the same seed contains the smaller one", () => {
  const ids = Array.from({ length: 40 }, (_, n) => `s${n}`);
  expect(samplePlaces(ids, 50, 7n)).toEqual(expect.arrayContaining(samplePlaces(ids, 25, 7n)));
});

test.each([
  ["pause", ["COMPLETED", "FAILED", "CANCELLED"]],
  ["resume", ["COMPLETED", "FAILED", "CANCELLED"]],
  ["cancel", ["COMPLETED", "FAILED"]],
  ["retry", ["CANCELLED"]],
] as const)("%s is refused to a run that is one of %j", (verb, refused) => {
  expect(RUN_STATUSES.filter((status) => !(VERBS[verb] as readonly string[]).includes(status))).toEqual(refused);
});
