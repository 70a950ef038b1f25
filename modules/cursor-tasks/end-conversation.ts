import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import { becomeCallback } from "./become-callback.ts";
import type { endConversationAnswer, endConversationInput } from "./schema.ts";
import { announce } from "./streams.ts";

/** Each callback takes a transaction, and the request has five seconds. */
const MAX_CALLBACKS = 20;

/**
 * Ends the conversation. The first 20 unacknowledged results become callbacks at once, the most urgent first, and the others with
 * the next sweep; a task that ends later becomes one when it ends. A repeat changes nothing.
 */
export async function endConversation(
  ctx: Ctx,
  { conversationId }: z.infer<typeof endConversationInput>,
): Promise<z.infer<typeof endConversationAnswer>> {
  await execute(
    ctx.db,
    sql`INSERT INTO ended_conversations (conversation_id, ended_at, ended_by)
        VALUES (${conversationId}, ${ctx.now}, ${describeActor(ctx.actor)}) ON CONFLICT DO NOTHING`,
  );
  const callbackIds: number[] = [];
  const tasks = await query(
    ctx.db,
    z.object({ taskId: z.string(), isPending: z.boolean() }),
    sql`SELECT task_id AS "taskId", state = 'pending' AS "isPending" FROM cursor_tasks
        WHERE conversation_id = ${conversationId} AND state IN ('pending', 'completed', 'failed', 'delivering')
        ORDER BY priority_score, finished_at`,
  );
  const undelivered = tasks.filter(({ isPending }) => !isPending);
  for (const { taskId } of undelivered.slice(0, MAX_CALLBACKS)) {
    const became = await becomeCallback(ctx, taskId, "The conversation was over.");
    if (became && "callbackId" in became) callbackIds.push(became.callbackId);
  }
  announce(conversationId);
  return { isOver: true, callbackIds, pending: tasks.length - undelivered.length };
}
