import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";

/**
 * Takes the entries of callbacks off their agents: an entry due by `horizon` waits for any agent, and one that was accepted ahead
 * of its time leaves the queue until then. Its hours count as ended until it is routed again. The caller holds the locks of
 * callbacks and entries.
 */
export async function takeBack(
  { db, now }: Ctx,
  callbackIds: readonly number[],
  { score, horizon }: { score: number; horizon: Date },
): Promise<void> {
  if (callbackIds.length === 0) return;
  await execute(
    db,
    sql`UPDATE live_entries q
        SET status = CASE WHEN c.scheduled_for <= ${horizon}::timestamptz THEN 'pending' ELSE 'removed' END,
            assigned_to_agent_id = NULL, assigned_at = NULL, priority_score = ${score},
            available_from = c.scheduled_for, available_until = ${now}::timestamptz,
            queue_reason = 'Taken back to be routed again.', reason = NULL,
            closed_at = CASE WHEN c.scheduled_for > ${horizon}::timestamptz THEN ${now}::timestamptz END,
            closed_reason = CASE WHEN c.scheduled_for > ${horizon}::timestamptz THEN 'reassigned' END
        FROM callbacks c
        WHERE c.id = q.callback_id AND q.callback_id = ANY (${callbackIds}::int[])
          AND q.call_session_id IS NULL`,
  );
}
