import type { Figures } from "#client/runs";

export type Measure = { label: string; of: (figures: Figures) => number | null; text: (value: number) => string };

/** The measures of a model in a scenario. */
export const MEASURES = {
  score: { label: "score", of: ({ score }) => score, text: (value) => value.toFixed(2) },
  latency: {
    label: "median latency",
    of: ({ latencyMs }) => latencyMs.median,
    text: (value) => `${(value / 1_000).toFixed(2)} s`,
  },
  length: {
    label: "median length",
    of: ({ length }) => length.median,
    text: (value) => `${Math.round(value)} letters`,
  },
} as const satisfies Record<string, Measure>;
export type MeasureName = keyof typeof MEASURES;
export const measureNames = Object.keys(MEASURES) as MeasureName[];

type Cell = Figures & { scenarioId: string };

/** The models of these cells, in the order of their names. */
export const modelsOf = (cells: readonly Cell[]): string[] => [...new Set(cells.map(({ modelId }) => modelId))].sort();

/** The number of classes in a distribution. */
const CLASSES = 8;

export type Class = { from: number; until: number; counts: Record<string, number> };

/** The number of scenarios of each model in each class between the smallest and the largest value. The last class includes its end. */
export function classesOf(cells: readonly Cell[], { of }: Measure): Class[] {
  const known = cells.flatMap((cell) => {
    const value = of(cell);
    return value === null ? [] : [{ modelId: cell.modelId, value }];
  });
  if (known.length === 0) return [];
  const values = known.map(({ value }) => value);
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const width = (most - least) / CLASSES || 1;
  const count = most === least ? 1 : CLASSES;
  const classes = Array.from(
    { length: count },
    (_, n): Class => ({ from: least + n * width, until: least + (n + 1) * width, counts: {} }),
  );
  for (const { modelId, value } of known) {
    const { counts } = classes[Math.min(count - 1, Math.floor((value - least) / width))]!;
    counts[modelId] = (counts[modelId] ?? 0) + 1;
  }
  return classes;
}

/** The scenarios in which the models differ most, the widest difference first. */
export function widest(cells: readonly Cell[], { of }: Measure, most: number): string[] {
  const byScenario = Map.groupBy(cells, ({ scenarioId }) => scenarioId);
  const spread = [...byScenario].map(([scenarioId, all]) => {
    const values = all.flatMap((cell) => of(cell) ?? []);
    return { scenarioId, by: values.length === 0 ? -1 : Math.max(...values) - Math.min(...values) };
  });
  return spread
    .sort((a, b) => b.by - a.by || (a.scenarioId < b.scenarioId ? -1 : 1))
    .slice(0, most)
    .map(({ scenarioId }) => scenarioId);
}
