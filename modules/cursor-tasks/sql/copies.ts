import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";

const state = z.object({
  taskId: z.string(),
  version: z.int(),
  /** Milliseconds until the task expires; negative when it has. */
  leftMs: z.number(),
  mayBeCopied: z.boolean(),
});
export type CopyState = z.infer<typeof state>;

/** Reads the right state of the copies of these tasks, also of tasks that have expired. */
export async function findCopyStates(db: Db, taskIds: readonly string[]): Promise<CopyState[]> {
  return query(
    db,
    state,
    sql`SELECT task_id AS "taskId", version, may_be_copied AS "mayBeCopied",
               extract(epoch FROM expires_at - ringback_now())::float8 * 1000 AS "leftMs"
        FROM cursor_tasks WHERE task_id = ANY (${[...taskIds]}::text[])`,
  );
}

/** Finds tasks whose copies are due to be checked, the longest due first. */
export async function findDueCopies(db: Db, limit: number): Promise<string[]> {
  const due = await query(
    db,
    z.object({ taskId: z.string() }),
    sql`SELECT task_id AS "taskId" FROM cursor_tasks WHERE copy_due_at <= ringback_now()
        ORDER BY copy_due_at, task_id LIMIT ${limit}`,
  );
  return due.map(({ taskId }) => taskId);
}

/**
 * Records that these copies are right, except those whose task has changed since. A copy is checked again within the hour,
 * because a Redis may come back with old data; a copy that may not exist is checked in every sweep until its task has expired.
 */
export async function markSynced(db: Db, states: readonly CopyState[]): Promise<void> {
  await execute(
    db,
    // In the order of ids, so that two of these statements do not deadlock.
    sql`WITH seen AS MATERIALIZED (
          SELECT t.task_id FROM cursor_tasks t
          JOIN jsonb_to_recordset(${JSON.stringify(states)}::jsonb) AS seen ("taskId" text, version integer)
            ON t.task_id = seen."taskId" AND t.version = seen.version
          ORDER BY t.task_id FOR NO KEY UPDATE OF t
        )
        UPDATE cursor_tasks t SET copy_due_at = CASE
          WHEN expires_at <= ringback_now() THEN NULL
          WHEN may_be_copied THEN least(expires_at, ringback_now() + interval '1 hour')
          ELSE ringback_now() + interval '30 seconds' END
        FROM seen WHERE t.task_id = seen.task_id`,
  );
}
