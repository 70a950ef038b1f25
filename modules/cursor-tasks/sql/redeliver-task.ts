import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { taskEvent } from "./event.ts";

const row = z.object({ state: z.enum(["completed", "failed"]), conversationId: z.string() });

/**
 * delivered or undeliverable -> completed or failed, as the task ended; the next delivery has a new id. Null when it is in
 * another state, has expired, is a callback, or its conversation has ended.
 */
export async function redeliverTask(ctx: Ctx, taskId: string): Promise<z.infer<typeof row> | null> {
  const [redelivered] = await query(
    ctx.db,
    row,
    sql`UPDATE cursor_tasks t SET state = CASE WHEN error IS NULL THEN 'completed' ELSE 'failed' END,
               undelivered_since = ${ctx.now}::timestamptz, delivered_at = NULL, delivery_id = NULL, attempts = 0,
               next_attempt_at = NULL, last_error = NULL, ${taskEvent(ctx, "redelivered", "It is to be delivered again.")}
        WHERE task_id = ${taskId} AND state IN ('delivered', 'undeliverable') AND callback_id IS NULL
          AND expires_at > ${ctx.now}::timestamptz
          AND NOT EXISTS (SELECT FROM ended_conversations e WHERE e.conversation_id = t.conversation_id)
        RETURNING state, conversation_id AS "conversationId"`,
  );
  return redelivered ?? null;
}
