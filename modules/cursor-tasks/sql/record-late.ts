import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import type { Outcome } from "../rules.ts";
import { taskEvent } from "./event.ts";

/** Records the first result that came after the task had expired. True when this was the first. */
export async function recordLate(ctx: Ctx, taskId: string, outcome: Outcome): Promise<boolean> {
  const recorded = await execute(
    ctx.db,
    sql`UPDATE cursor_tasks t SET state = 'expired', late_at = ${ctx.now}::timestamptz, undelivered_since = ${ctx.now}::timestamptz, late_outcome = ${JSON.stringify(outcome)}::jsonb,
               ${taskEvent(ctx, "late", "A result came after it had expired.")}
        WHERE task_id = ${taskId} AND state IN ('pending', 'expired') AND expires_at <= ${ctx.now}::timestamptz AND late_at IS NULL`,
  );
  return recorded > 0;
}
