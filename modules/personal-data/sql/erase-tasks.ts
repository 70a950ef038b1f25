import type { Db } from "#lib/db";
import { execute, sql } from "#lib/sql";
import { ERASED } from "../rules.ts";
import type { Erasure } from "./erase-callbacks.ts";

/**
 * Erases what the tasks for the user hold: what was asked, what came of it, and the credential. A newer version of
 * each document, so that its copy elsewhere is replaced as well. A result that comes later is new data.
 */
export async function eraseCursorTasks(db: Db, { userId }: Erasure): Promise<number> {
  await execute(
    db,
    sql`DELETE FROM parked_results p USING cursor_tasks t
        WHERE t.user_id = ${userId} AND p.reference IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)`,
  );
  return execute(
    db,
    sql`WITH emptied AS (
          SELECT key, value || jsonb_build_object(
                   'sessionPayload', null, 'toolArgs', null, 'wsUrl', null, 'relayHost', null, 'contentHash', ${ERASED}::text,
                   'toolName', CASE WHEN value ->> 'toolName' IS NOT NULL THEN ${ERASED}::text END,
                   'result', CASE WHEN value ->> 'result' IS NOT NULL THEN ${ERASED}::text END,
                   'error', CASE WHEN value ->> 'error' IS NOT NULL THEN ${ERASED}::text END) AS value,
                 CASE WHEN late_outcome IS NOT NULL THEN jsonb_build_object('result', ${ERASED}::text, 'error', null) END AS late_outcome
          FROM cursor_tasks WHERE user_id = ${userId}
        )
        UPDATE cursor_tasks t SET late_outcome = e.late_outcome,
               value = e.value || jsonb_build_object('version', (e.value ->> 'version')::bigint + 1)
        FROM emptied e WHERE t.key = e.key AND (t.value, t.late_outcome) IS DISTINCT FROM (e.value, e.late_outcome)`,
  );
}
