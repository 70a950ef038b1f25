import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { RunStateError } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { type AnalysisKind, enqueueAnalysis, JobError, openQueues, SCRIPT_MS, spawnPython } from "#modules/jobs";
import { byRun, runOf } from "./store.ts";

/** So many items one analysis looks at; of a larger run the first ones. */
const MAX_ITEMS = 50_000;
/** Chance has a seed, so that an analysis of the same transcripts says the same. */
const SEED = 20_261_126;

const item = z.object({
  itemId: z.string(),
  modelId: z.string(),
  scenarioId: z.string(),
  state: z.enum(["completed", "failed"]),
  class: z.string().nullable(),
  latencyMs: z.int().nullable(),
  turns: z.int().nullable(),
  tokensOut: z.number().nullable(),
  length: z.int(),
  mentions: z.int(),
  /** 0 for a failure, a refusal, or words that were cut; else the share of the scenario's values that were mentioned. */
  score: z.number(),
});

const result = z.record(z.string(), z.unknown());

/**
 * The handler of `analyze:basic` and `analyze:deep`: computes an analysis of what a run has so far, and keeps it unless a newer one is
 * there. Where there is no Python 3, and where a script fails for good, a sentence is kept in its place.
 */
export async function analyzeRun(ctx: Ctx, kind: AnalysisKind, runId: number, signal: AbortSignal): Promise<void> {
  const items = await endedItems(ctx, runId);
  const { length: transcripts } = items.filter(({ state }) => state === "completed");
  try {
    const way = { output: result, timeoutMs: SCRIPT_MS[kind], signal };
    const found = await spawnPython(`analyze_${kind}.py`, { items, seed: SEED }, way);
    await keep(ctx, { runId, kind, transcripts, result: found, error: null });
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    await keep(ctx, { runId, kind, transcripts, result: null, error: error.message });
    // Another try does not bring a Python.
    if (error.code !== "no_python") throw error;
  }
}

async function endedItems(ctx: Pick<Ctx, "db">, runId: number): Promise<z.infer<typeof item>[]> {
  return query(
    ctx.db,
    item,
    sql`WITH said AS (
          SELECT i.*, s.scenario, lower(coalesce((
            SELECT string_agg(turn ->> 'answered', E'\n') FROM jsonb_array_elements(t.transcript) AS turn), '')) AS words
          FROM run_items i JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
          LEFT JOIN run_transcripts t ON t.run_id = i.run_id AND t.place = i.place
          WHERE i.run_id = ${runId} AND i.state IN ('completed', 'failed') ORDER BY i.place LIMIT ${MAX_ITEMS}
        ), counted AS (
          SELECT *, jsonb_array_length(coalesce(scenario -> 'values', '[]')) AS valued, (
            SELECT count(*) FROM jsonb_array_elements_text(coalesce(scenario -> 'values', '[]')) AS v (word)
            WHERE strpos(words, lower(word)) > 0)::int AS mentions FROM said
        )
        SELECT run_id || '-' || place AS "itemId", model_id AS "modelId", scenario_id AS "scenarioId", state, class, latency_ms AS "latencyMs",
               turns, tokens_out::float8 AS "tokensOut", length(words) AS length, mentions,
               CASE WHEN state = 'failed' OR class IS NOT NULL THEN 0 WHEN valued = 0 THEN 1 ELSE mentions::float8 / valued END::float8 AS score
        FROM counted ORDER BY place`,
  );
}

type Kept = Readonly<{
  runId: number;
  kind: AnalysisKind;
  transcripts: number;
  result: Record<string, unknown> | null;
  error: string | null;
}>;

async function keep(ctx: Ctx, { runId, kind, transcripts, result, error }: Kept): Promise<void> {
  await execute(
    ctx.db,
    sql`INSERT INTO run_analyses (run_id, kind, transcripts, result, error, computed_at)
        SELECT id, ${kind}, ${transcripts}, ${result === null ? null : JSON.stringify(result)}::jsonb, ${error}, ringback_now()
        FROM runs WHERE id = ${runId}
        ON CONFLICT (run_id, kind) DO UPDATE SET transcripts = EXCLUDED.transcripts, result = coalesce(EXCLUDED.result, run_analyses.result),
          error = EXCLUDED.error, computed_at = EXCLUDED.computed_at
        WHERE run_analyses.transcripts <= EXCLUDED.transcripts`,
  );
}

/** Queues both analyses of a run, of what it has by then. Refuses `not_found`, and RunStateError while nothing has ended. */
export async function analyzeAgain(ctx: Ctx, runId: number): Promise<void> {
  await runOf(ctx, runId);
  const [any] = await query(
    ctx.db,
    z.object({ ended: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM run_items WHERE run_id = ${runId} AND state IN ('completed', 'failed')) AS ended`,
  );
  if (!any!.ended) throw new RunStateError(`Nothing of run ${runId} has ended yet, so there is nothing to analyse.`);
  await openQueues(ctx);
  await inTransaction(ctx, async (tx) => {
    await enqueueAnalyses(tx, runId);
    await writeAudit(tx.db, { actor: ctx.actor, action: "run.analyzed_again", subject: `run ${runId}` });
  });
}

/** Queues both analyses within the transaction of `tx`. */
export async function enqueueAnalyses(tx: Ctx, runId: number): Promise<void> {
  await enqueueAnalysis(tx, "basic", runId);
  await enqueueAnalysis(tx, "deep", runId);
}

const analysisRow = z.object({
  kind: z.enum(["basic", "deep"]),
  transcripts: z.int(),
  result: result.nullable(),
  error: z.string().nullable(),
  computedAt: z.date(),
});
type Analysis = z.infer<typeof analysisRow>;

/** The analyses of a run that are there, with the sentence that says why where one is not. Refuses `not_found`. */
export async function analysis(ctx: Pick<Ctx, "db">, runId: number): Promise<Analysis[]> {
  await runOf(ctx, runId);
  return (await analysesOf(ctx, [runId]))[0]!;
}

/** The analyses of each of these runs, in one statement. */
export async function analysesOf(ctx: Pick<Ctx, "db">, runIds: readonly number[]): Promise<Analysis[][]> {
  const found = await query(
    ctx.db,
    analysisRow.extend({ runId: z.int() }),
    sql`SELECT run_id AS "runId", kind, transcripts, result, error, computed_at AS "computedAt"
        FROM run_analyses WHERE run_id = ANY (${[...runIds]}::int[]) ORDER BY kind`,
  );
  return byRun(runIds, found);
}
