import { expect, test } from "vitest";
import type { Figures } from "#client/runs";
import { classesOf, MEASURES, widest } from "./measures.ts";

const cell = (modelId: string, scenarioId: string, score: number | null) => ({
  modelId,
  scenarioId,
  score,
  ...({ latencyMs: { median: null } } as unknown as Omit<Figures, "modelId" | "score">),
});
const CELLS = [cell("a", "s", 0), cell("b", "s", 1), cell("a", "t", 0.5), cell("b", "t", 0.55), cell("a", "u", null)];

test("a distribution counts each scenario once, the ends included, and leaves out what is not known", () => {
  const classes = classesOf(CELLS, MEASURES.score);
  expect(classes).toHaveLength(8);
  expect(classes[0]).toEqual({ from: 0, until: 0.125, counts: { a: 1 } });
  expect(classes[4]?.counts).toEqual({ a: 1, b: 1 });
  expect(classes[7]?.counts).toEqual({ b: 1 });
  expect(classesOf(CELLS.slice(0, 1), MEASURES.score)).toEqual([{ from: 0, until: 1, counts: { a: 1 } }]);
  expect(classesOf(CELLS, MEASURES.latency)).toEqual([]);
});

test("the scenarios in which models differ most come first", () => {
  expect(widest(CELLS, MEASURES.score, 2)).toEqual(["s", "t"]);
});
