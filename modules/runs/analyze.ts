import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { type AnalysisKind, enqueueAnalysis, JobError, openQueues, SCRIPT_MS, spawnPython } from "#modules/jobs";
import { RunStateError } from "./errors.ts";
import { keepAnalysis } from "./sql/keep-analysis.ts";
import { readEndedItems } from "./sql/read-ended-items.ts";
import { byRun, runOf } from "./store.ts";

/** The seed of random numbers is fixed, so that two analyses of the same transcripts give the same result. */
const SEED = 20_261_126;

const result = z.record(z.string(), z.unknown());

/**
 * The handler of `analyze:basic` and `analyze:deep`: computes an analysis of the results so far, and stores it unless a newer one
 * is stored. Without a Python 3, and when a script fails for good, a sentence is stored instead.
 */
export async function analyzeRun(ctx: Ctx, kind: AnalysisKind, runId: number, signal: AbortSignal): Promise<void> {
  const items = await readEndedItems(ctx, runId);
  const { length: transcripts } = items.filter(({ state }) => state === "completed");
  try {
    const options = { output: result, timeoutMs: SCRIPT_MS[kind], signal };
    const found = await spawnPython(`analyze_${kind}.py`, { items, seed: SEED }, options);
    await keepAnalysis(ctx, { runId, kind, transcripts, result: found, error: null });
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    await keepAnalysis(ctx, { runId, kind, transcripts, result: null, error: error.message });
    // A retry does not bring a Python.
    if (error.code !== "no_python") throw error;
  }
}

/** Queues both analyses of a run, of its results so far. Refuses `not_found`, and RunStateError while no item has ended. */
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

/** The analyses of a run, each with its result or the sentence why there is none. Refuses `not_found`. */
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
