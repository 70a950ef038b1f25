import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { deliverToRelays } from "./relay.ts";
import { keyOf } from "./rules.ts";
import { taskEvent } from "./sql/event.ts";
import type { redeliverAnswer, taskInput } from "./schema.ts";
import { findState, isConversationEnded, taskNotFound } from "./store.ts";
import { announce } from "./streams.ts";

/**
 * Redelivers a result to the conversation, as a new event. Refuses `not_found`, and `wrong_state`
 * unless it was delivered or was undeliverable, has not expired, is no callback, and the conversation has not ended.
 */
export async function redeliver(
  ctx: Ctx,
  { taskId }: z.infer<typeof taskInput>,
): Promise<z.infer<typeof redeliverAnswer>> {
  const [found] = await query(
    ctx.db,
    z.object({ state: z.enum(["completed", "failed"]), conversationId: z.string() }),
    sql`UPDATE cursor_tasks t SET state = CASE WHEN value ->> 'error' IS NULL THEN 'completed' ELSE 'failed' END,
               undelivered_since = ${ctx.now}::timestamptz, delivered_at = NULL, delivery_id = NULL, attempts = 0, next_attempt_at = NULL,
               last_error = NULL, ${taskEvent(ctx, "redelivered", "It is to be delivered again.")}
        WHERE key = ${keyOf(taskId)} AND state IN ('delivered', 'undeliverable') AND callback_id IS NULL
          AND expires_at > ${ctx.now}::timestamptz
          AND NOT EXISTS (SELECT FROM ended_conversations e WHERE e.conversation_id = t.conversation_id)
        RETURNING state, conversation_id AS "conversationId"`,
  );
  if (!found) throw await whyNot(ctx, taskId);
  announce(found.conversationId);
  ctx.afterAnswer(() => deliverToRelays(ctx));
  return { taskId, state: found.state };
}

async function whyNot(ctx: Ctx, taskId: string): Promise<Refusal> {
  const task = await findState(ctx.db, taskId);
  if (!task) return taskNotFound(taskId);
  if (task.isExpired) return new Refusal("wrong_state", `Task ${taskId} has expired; turn it into a callback instead.`);
  if (await isConversationEnded(ctx.db, task.conversationId)) {
    return new Refusal("wrong_state", `The conversation of task ${taskId} is over; turn it into a callback instead.`);
  }
  return new Refusal("wrong_state", `Task ${taskId} is ${task.state} and cannot be delivered again.`, {
    state: task.state,
  });
}
