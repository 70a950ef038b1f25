import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import { insertSelected, inTx } from "./boss.ts";
import { knowModels } from "./sql/model-limits.ts";
import { openQueues } from "./queues.ts";
import { takeTurn } from "./sql/claim.ts";
import { ANALYSES, type AnalysisKind, PRIORITIES, PROBE, type Priority, WEIGHTS } from "./rules.ts";

type NewProbes = Readonly<{
  runId: number;
  priority: Priority;
  /** The models of these conversations. */
  models: readonly string[];
  /** Selects `job_id`, `place` and `model_id` of each. */
  probes: Sql;
}>;

/**
 * Queues conversations of a run, within the transaction of `tx`. The queues must have been opened before it (`openQueues`).
 * A job whose id is queued already is not queued again.
 */
export async function enqueueProbes(tx: Ctx, { runId, priority, models, probes }: NewProbes): Promise<void> {
  const boss = await openQueues(tx);
  await knowModels(tx, models);
  await execute(
    tx.db,
    sql`INSERT INTO job_shares (run_id, weight, served)
        SELECT ${runId}, ${WEIGHTS[priority]}::int, coalesce((SELECT min(served) FROM job_shares), 0) ON CONFLICT DO NOTHING`,
  );
  await execute(
    tx.db,
    sql`INSERT INTO job_lanes (lane, run_id, model_id) SELECT ${`${runId}/`} || model_id, ${runId}, model_id
        FROM unnest(${[...models]}::text[]) AS m (model_id) ORDER BY 1 ON CONFLICT DO NOTHING`,
  );
  const jobs = sql`SELECT job_id AS id, jsonb_build_object('runId', ${runId}::int, 'place', place) AS data,
                          ${PRIORITIES[priority]}::int AS priority, ${`${runId}/`} || model_id AS "groupId"
                   FROM (${probes}) probes`;
  await insertSelected(boss, tx.db, PROBE, jobs);
}

/** Queues an analysis of a run, within the transaction of `tx`. */
export async function enqueueAnalysis(tx: Ctx, kind: AnalysisKind, runId: number): Promise<void> {
  const boss = await openQueues(tx);
  await boss.insert(ANALYSES[kind], [{ id: tx.newId(), data: { runId } }], inTx(tx.db));
}

/**
 * Takes the lanes of a run away from the workers: no further job of it is claimed, a running one continues. False when it had none.
 */
export async function closeLanes(tx: Pick<Ctx, "db">, runId: number): Promise<boolean> {
  // The turn is taken before the rows, as a claim does: a later step of this transaction may end a pause, which takes the turn as well.
  await takeTurn(tx);
  const closed = await execute(tx.db, sql`DELETE FROM job_shares WHERE run_id = ${runId}`);
  await execute(tx.db, sql`DELETE FROM job_lanes WHERE run_id = ${runId}`);
  return closed > 0;
}

/** Cancels jobs that wait or run; the result of a cancelled job is not written. */
export async function cancelProbes(tx: Pick<Ctx, "db">, jobIds: readonly string[]): Promise<void> {
  await execute(
    tx.db,
    sql`UPDATE pgboss.job_common SET state = 'cancelled', completed_on = pgboss.job_now()
        WHERE name = ${PROBE} AND id = ANY (${[...jobIds]}::uuid[]) AND state < 'completed'`,
  );
}
