import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { taskEvent } from "./event.ts";

/** delivering -> delivered. Returns the id of the task, or null when this delivery is not under way in this conversation. */
export async function acknowledgeDelivery(
  ctx: Ctx,
  { conversationId, id }: { conversationId: string; id: string },
): Promise<string | null> {
  const [acknowledged] = await query(
    ctx.db,
    z.object({ taskId: z.string() }),
    sql`UPDATE cursor_tasks t SET state = 'delivered', delivered_at = ${ctx.now}::timestamptz, undelivered_since = NULL,
               next_attempt_at = NULL, last_error = NULL, ${taskEvent(ctx, "delivered", "The conversation acknowledged it.")}
        WHERE conversation_id = ${conversationId} AND delivery_id = ${BigInt(id)} AND state = 'delivering'
        RETURNING task_id AS "taskId"`,
  );
  return acknowledged?.taskId ?? null;
}
