import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { analysesOf } from "./analyze.ts";
import { JobValidationError } from "./errors.ts";
import { LEAST_SCENARIOS, type Paired, paired } from "./paired.ts";
import { type Run, runOf } from "./store.ts";

/** The scores of one model in the analysis of one run. */
type Side = Readonly<{
  items: number;
  completed: number;
  failed: number;
  refused: number;
  score: number | null;
  medianLatencyMs: number | null;
}>;

type Comparison = Readonly<{
  a: Run;
  b: Run;
  /** Every model of either run; a side is null where the run does not have the model, or is not analysed yet. */
  byModel: readonly Readonly<{ modelId: string; a: Side | null; b: Side | null; paired: Paired; sentence: string }>[];
  /** The reason why there is little to compare, as a sentence, or null. */
  note: string | null;
}>;

const cell = z.object({
  runId: z.int(),
  modelId: z.string(),
  /** Null: of the model over all of its scenarios. */
  scenarioId: z.string().nullable(),
  items: z.int(),
  completed: z.int(),
  failed: z.int(),
  refused: z.int(),
  score: z.number().nullable(),
  medianLatencyMs: z.number().nullable(),
});
type Cell = z.infer<typeof cell>;

/**
 * Compares two runs, model by model over the scenarios of both, from their present analyses. Refuses JobValidationError for a run
 * and itself, and `not_found`.
 */
export async function compareRuns(ctx: Pick<Ctx, "db">, a: number, b: number): Promise<Comparison> {
  if (a === b) throw new JobValidationError("b: must be another run than a.");
  const runs = [await runOf(ctx, a), await runOf(ctx, b)] as const;
  const cells = Map.groupBy(await cellsOf(ctx, [a, b]), ({ runId }) => runId);
  const [cellsA, cellsB] = [cells.get(a) ?? [], cells.get(b) ?? []];
  const models = [...new Set(runs.flatMap((run) => run.models))].sort();
  const both = models.filter((model) => runs.every((run) => run.models.includes(model))).length;
  const missing = [a, b].filter((id) => !cells.has(id));
  const byModel = models.map((modelId) => {
    const found = paired(scoresOf(cellsA, modelId), scoresOf(cellsB, modelId), both);
    return {
      modelId,
      a: sideOf(cellsA, modelId),
      b: sideOf(cellsB, modelId),
      paired: found,
      sentence: whyNothing(modelId, runs, missing) ?? inWords(modelId, [a, b], found),
    };
  });
  return {
    a: runs[0],
    b: runs[1],
    byModel,
    note: missing.length > 0 ? await whyMissing(ctx, missing) : null,
  };
}

/** Why these runs have no figures: their analysis is not made yet, or has failed. */
async function whyMissing(ctx: Pick<Ctx, "db">, missing: readonly number[]): Promise<string> {
  const areTwo = missing.length > 1;
  const runs = areTwo ? `Runs ${missing.join(" and ")} have` : `Run ${missing[0]} has`;
  const made = (await analysesOf(ctx, missing)).flat();
  const error = made.find((one) => one.kind === "basic" && one.error !== null)?.error ?? null;
  return error === null
    ? `${runs} no analysis yet. It is made when ${areTwo ? "each of them" : "the run"} ends, or now on ${areTwo ? "its page" : "the page of the run"}.`
    : `${runs} no analysis. ${error}`;
}

async function cellsOf(ctx: Pick<Ctx, "db">, runIds: readonly number[]): Promise<Cell[]> {
  return query(
    ctx.db,
    cell,
    sql`SELECT run_id AS "runId", c ->> 'modelId' AS "modelId", c ->> 'scenarioId' AS "scenarioId", (c ->> 'items')::int AS items,
               (c ->> 'completed')::int AS completed, (c ->> 'failed')::int AS failed, (c ->> 'refused')::int AS refused,
               (c ->> 'score')::float8 AS score, (c #>> '{latencyMs,median}')::float8 AS "medianLatencyMs"
        FROM run_analyses, jsonb_array_elements((result -> 'byModel') || (result -> 'byScenario')) AS c
        WHERE run_id = ANY (${[...runIds]}::int[]) AND kind = 'basic' AND result IS NOT NULL`,
  );
}

function scoresOf(cells: readonly Cell[], model: string): Map<string, number> {
  return new Map(
    cells.flatMap(({ modelId, scenarioId, score }) =>
      modelId === model && scenarioId !== null && score !== null ? [[scenarioId, score] as const] : [],
    ),
  );
}

function sideOf(cells: readonly Cell[], model: string): Side | null {
  const found = cells.find(({ modelId, scenarioId }) => modelId === model && scenarioId === null);
  if (!found) return null;
  const { items, completed, failed, refused, score, medianLatencyMs } = found;
  return { items, completed, failed, refused, score, medianLatencyMs };
}

/** Why there can be no difference for a model, as a sentence, or null; `missing` are the runs without an analysis. */
function whyNothing(model: string, runs: readonly Run[], missing: readonly number[]): string | null {
  const without = runs.find((run) => !run.models.includes(model));
  if (without) return `${model} is not in run ${without.id}, so nothing is said of it.`;
  if (missing.length === 0) return null;
  const waiting = missing.map((id) => `run ${id}`).join(" and ");
  return `Nothing is said of ${model} before ${waiting} ${missing.length > 1 ? "are" : "is"} analysed.`;
}

function inWords(model: string, [a, b]: readonly [number, number], found: Paired): string {
  const { scenarios, difference, interval, isTied } = found;
  if (difference === null) return `${model} has no score for a scenario of both runs, so nothing is said of it.`;
  if (interval === null) {
    return `${model} has ${scenarios} scenarios in both runs; at least ${LEAST_SCENARIOS} are needed to say which is better.`;
  }
  const over = `over the same ${scenarios} scenarios`;
  if (isTied) return `${model} is tied between the runs ${over}: ${tieInWords(difference, interval)}.`;
  const better = difference > 0 ? b : a;
  const [least, most] = interval.map(Math.abs).sort((left, right) => left - right) as [number, number];
  const [from, to] = [least.toFixed(2), most.toFixed(2)];
  return `${model} is better in run ${better} ${over}, by ${from === to ? from : `${from} to ${to}`} of 1.`;
}

/** What a tie says of a mean difference; one that is written as 0.00 is none. */
function tieInWords(difference: number, interval: readonly [number, number]): string {
  if (interval[0] === 0 && interval[1] === 0) return "it scores the same in each";
  const size = Math.abs(difference).toFixed(2);
  return size === "0.00" ? "on average it scores the same" : `a difference of ${size} may well be chance`;
}
