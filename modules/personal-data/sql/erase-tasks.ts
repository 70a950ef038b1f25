import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { ERASED } from "../rules.ts";
import type { Erasure } from "./erase-callbacks.ts";

/**
 * Erases what the tasks for the user hold: what was asked, what came of it, and the credential. No copy of them may lie
 * elsewhere from here on; the newer version keeps older ones out. A result that comes later is new data. Returns the ids
 * of the tasks.
 */
export async function eraseCursorTasks(db: Db, { userId }: Erasure): Promise<string[]> {
  await execute(
    db,
    sql`DELETE FROM parked_results p USING cursor_tasks t
        WHERE t.user_id = ${userId} AND (p.reference IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)
               OR p.about IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id))`,
  );
  const erased = await query(
    db,
    z.object({ taskId: z.string() }),
    sql`WITH emptied AS (
          SELECT key, value || jsonb_build_object(
                   'sessionPayload', null, 'toolArgs', null, 'wsUrl', null, 'relayHost', null, 'contentHash', ${ERASED}::text,
                   'toolName', CASE WHEN value ->> 'toolName' IS NOT NULL THEN ${ERASED}::text END,
                   'result', CASE WHEN value ->> 'result' IS NOT NULL THEN ${ERASED}::text END,
                   'error', CASE WHEN value ->> 'error' IS NOT NULL THEN ${ERASED}::text END) AS value,
                 CASE WHEN late_outcome IS NOT NULL THEN jsonb_build_object('result', ${ERASED}::text, 'error', null) END AS late_outcome
          FROM cursor_tasks WHERE user_id = ${userId}
        )
        UPDATE cursor_tasks t SET late_outcome = e.late_outcome, may_be_copied = false, copy_due_at = ringback_now(),
               value = e.value || jsonb_build_object('version', (e.value ->> 'version')::bigint + 1)
        FROM emptied e WHERE t.key = e.key AND (t.value, t.late_outcome) IS DISTINCT FROM (e.value, e.late_outcome)
        RETURNING t.task_id AS "taskId"`,
  );
  return erased.map(({ taskId }) => taskId);
}
