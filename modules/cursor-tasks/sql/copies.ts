import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";

const state = z.object({
  taskId: z.string(),
  version: z.int(),
  /** Until the task expires; negative when it has. */
  leftMs: z.number(),
  mayBeCopied: z.boolean(),
});
export type CopyState = z.infer<typeof state>;

/** What the copies of these tasks should be, also of tasks that have expired. */
export async function findCopyStates(db: Db, taskIds: readonly string[]): Promise<CopyState[]> {
  return query(
    db,
    state,
    sql`SELECT task_id AS "taskId", version, may_be_copied AS "mayBeCopied",
               extract(epoch FROM expires_at - ringback_now())::float8 * 1000 AS "leftMs"
        FROM cursor_tasks WHERE task_id = ANY (${[...taskIds]}::text[])`,
  );
}

/** Tasks whose copies are to be looked at now, the longest due first. */
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
 * The copies of these were found or put as they should be; of those that have changed since it is not true. They are
 * looked at again within the hour, since a Redis may come back with what it held some time ago; those that must not lie
 * there, with every sweep until their time is over.
 */
export async function markSynced(db: Db, states: readonly CopyState[]): Promise<void> {
  await execute(
    db,
    // In the order of ids, so that two of these do not wait for each other.
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
