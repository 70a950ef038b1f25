import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { noteEvent } from "./note-event.ts";

const row = z.object({ place: z.int(), modelId: z.string(), jobId: z.string(), nextId: z.string() });
type FailedItem = z.infer<typeof row>;

/**
 * Locks up to `limit` failed items of a run that meet `which` and are not tried again yet, in the order of the run. Each comes with
 * the id of its last job, and a new id for the next one.
 */
export async function holdFailed(tx: Pick<Ctx, "db">, runId: number, which: Sql, limit: number): Promise<FailedItem[]> {
  return query(
    tx.db,
    row,
    sql`SELECT place, model_id AS "modelId", job_id::text AS "jobId", gen_random_uuid()::text AS "nextId" FROM run_items
        WHERE run_id = ${runId} AND state = 'failed' AND NOT is_live AND ${which} ORDER BY place LIMIT ${limit} FOR UPDATE`,
  );
}

/**
 * Gives failed items their next jobs and writes the event `retried`. In a run that is open they go from `failed` to `waiting`; in
 * one that has ended they stay `failed` until an attempt succeeds.
 */
export async function retryItems(tx: Ctx, runId: number, items: readonly FailedItem[], isOpen: boolean): Promise<void> {
  await execute(
    tx.db,
    sql`WITH retried AS (
          UPDATE run_items i SET job_id = again.job_id::uuid, is_live = true, throttled_since = NULL,
                 state = CASE WHEN ${isOpen} THEN 'waiting' ELSE state END, ended_at = CASE WHEN ${isOpen} THEN NULL ELSE ended_at END
          FROM unnest(${items.map(({ place }) => place)}::int[], ${items.map(({ nextId }) => nextId)}::text[]) AS again (place, job_id)
          WHERE i.run_id = ${runId} AND i.place = again.place RETURNING i.run_id, i.place)
        ${noteEvent(sql`SELECT run_id, place, ringback_now(), 'retried', NULL, NULL, NULL, NULL, NULL, ${describeActor(tx.actor)} FROM retried`)}`,
  );
}
