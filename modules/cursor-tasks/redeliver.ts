import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { deliverToRelays } from "./relay.ts";
import { redeliverTask } from "./sql/redeliver-task.ts";
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
  const found = await redeliverTask(ctx, taskId);
  if (!found) throw await whyNot(ctx, taskId);
  announce(found.conversationId);
  ctx.afterAnswer(deliverToRelays);
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
