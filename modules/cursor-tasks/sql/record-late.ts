import type { Ctx } from "#lib/context";
import { execute, sql } from "#lib/sql";
import { keyOf, type Outcome } from "../rules.ts";

/** Records the first result that came after the task had expired unfinished. True when this was it. */
export async function recordLate(ctx: Ctx, taskId: string, outcome: Outcome): Promise<boolean> {
  const recorded = await execute(
    ctx.db,
    sql`UPDATE cursor_tasks SET state = 'expired', late_at = ${ctx.now}::timestamptz, untold_since = ${ctx.now}::timestamptz, late_outcome = ${JSON.stringify(outcome)}::jsonb,
               happened_at = ${ctx.now}::timestamptz, what = 'late', why = 'A result came after it had expired.'
        WHERE key = ${keyOf(taskId)} AND state IN ('pending', 'expired') AND expires_at <= ringback_now() AND late_at IS NULL`,
  );
  return recorded > 0;
}
