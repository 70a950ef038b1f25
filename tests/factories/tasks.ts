import { acknowledgeEvent, finishFromRunner, pollEvents, registerTask, showTask } from "#modules/cursor-tasks";
import type { RegisterInput } from "#schema/cursor-tasks";
import { aCtx } from "../setup/ctx.ts";
import { db } from "../setup/database.ts";

/** The conversation of tasks that name no other. */
export const CONVERSATION = "conv-1";

/** A registered task. Returns its id. */
export async function aTask(taskId: string, more: Partial<RegisterInput> = {}): Promise<string> {
  const task = { conversationId: CONVERSATION, priority: 0, deliverAs: "contextual_update" } as const;
  await registerTask(await aCtx(), { ...task, ...more, taskId });
  return taskId;
}

/** A runner says that the task has ended with this, and is told what became of that. */
export async function ends(taskId: string, output: unknown = `the result of ${taskId}`): Promise<string> {
  return (await finishFromRunner(await aCtx(), { requestId: taskId, success: true, output })).received;
}

/** What the holder of the conversation is told now. */
export async function told(conversationId = CONVERSATION, after?: string) {
  return (await pollEvents(await aCtx(), { conversationId, ...(after !== undefined && { after }) })).events;
}

/** The holder has passed this on. */
export async function acknowledged(id: unknown, conversationId = CONVERSATION): Promise<string> {
  return (await acknowledgeEvent(await aCtx(), { conversationId, id: String(id) })).taskId;
}

/** The state of a task. */
export async function stateOf(taskId: string): Promise<string> {
  return (await showTask(await aCtx(), { taskId })).state;
}

/** How often this has happened to tasks, by their stories. */
export async function timesIn(what: string): Promise<number> {
  const tasks = await db.cursorTask.findMany({ select: { story: true } });
  return tasks.flatMap(({ story }) => story as { what: string }[]).filter((event) => event.what === what).length;
}
