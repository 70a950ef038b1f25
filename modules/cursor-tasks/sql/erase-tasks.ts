import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { ERASED, type UserErasure } from "../../module.ts";

/**
 * Erases the contents of the user's tasks: payload, arguments, result, and the credential. No copy may exist from here on; the
 * newer version keeps older ones out. A result that comes later is new data. Returns the ids of the tasks.
 */
export async function eraseCursorTasks(db: Db, { userId, now }: UserErasure): Promise<string[]> {
  await execute(
    db,
    sql`DELETE FROM parked_results p USING cursor_tasks t
        WHERE t.user_id = ${userId} AND (p.reference IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)
               OR p.about IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id))`,
  );
  const erased = await query(
    db,
    z.object({ taskId: z.string() }),
    sql`UPDATE cursor_tasks t
        SET session_payload = NULL, tool_args = NULL, ws_url = NULL, relay_host = NULL, content_hash = ${ERASED},
            tool_name = CASE WHEN tool_name IS NOT NULL THEN ${ERASED} END,
            result = CASE WHEN result IS NOT NULL THEN to_jsonb(${ERASED}::text) END,
            error = CASE WHEN error IS NOT NULL THEN ${ERASED} END,
            late_outcome = CASE WHEN late_outcome IS NOT NULL THEN jsonb_build_object('result', ${ERASED}::text, 'error', null) END,
            content_bytes = 0, version = version + 1, may_be_copied = false, copy_due_at = ${now}
        WHERE user_id = ${userId} AND (content_hash <> ${ERASED} OR session_payload IS NOT NULL OR tool_args IS NOT NULL OR result <> to_jsonb(${ERASED}::text) OR error <> ${ERASED}
          OR late_outcome <> jsonb_build_object('result', ${ERASED}::text, 'error', null))
        RETURNING t.task_id AS "taskId"`,
  );
  return erased.map(({ taskId }) => taskId);
}
