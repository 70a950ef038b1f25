import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { taskEvent } from "./event.ts";

/**
 * completed, failed, delivering or undeliverable -> undeliverable; an expired task stays expired, so that both can be counted.
 * `callbackId` is the callback of the result; null when the user will not be called, and `why` gives the reason. The caller holds
 * the row locked.
 */
export async function settleUndelivered(
  ctx: Ctx,
  { taskId, callbackId, why }: { taskId: string; callbackId: number | null; why: string },
): Promise<void> {
  const isCalledBack = callbackId !== null;
  await execute(
    ctx.db,
    sql`UPDATE cursor_tasks t SET state = CASE WHEN state = 'expired' THEN 'expired' ELSE 'undeliverable' END,
               undelivered_since = NULL, next_attempt_at = NULL, callback_id = ${callbackId},
               last_error = ${isCalledBack ? null : why},
               ${taskEvent(ctx, isCalledBack ? "called_back" : "undeliverable", why)}
        WHERE task_id = ${taskId} AND state IN ('completed', 'failed', 'delivering', 'undeliverable', 'expired')`,
  );
}
