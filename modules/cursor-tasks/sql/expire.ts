import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { taskEvent } from "./event.ts";

/** Ends tasks that did not finish in time. Skips rows that another transaction holds. */
export async function expireTasks(ctx: Ctx, limit: number): Promise<number> {
  return execute(
    ctx.db,
    sql`WITH due AS MATERIALIZED (
          SELECT task_id FROM cursor_tasks WHERE state = 'pending' AND expires_at <= ${ctx.now}::timestamptz
          ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        UPDATE cursor_tasks t SET state = 'expired', ${taskEvent(ctx, "expired", "No result came within 24 hours.")}
        FROM due WHERE t.task_id = due.task_id`,
  );
}
