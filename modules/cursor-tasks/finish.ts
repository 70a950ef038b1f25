import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { faultOf } from "#lib/base/input-words";
import { becomeCallback } from "./become-callback.ts";
import type { TaskDocument } from "./document.ts";
import { deliverToRelays } from "./relay.ts";
import { cleanResult, cleanText, type Outcome, TASK_ID } from "./rules.ts";
import type { webhookAnswer } from "./schema.ts";
import { recordLate } from "./sql/record-late.ts";
import { findState, findTaskOfAgent, isConversationEnded } from "./store.ts";
import { type Ended, findParked, keepRefused, park, refuseParked, unpark } from "./parked-results.ts";
import { announce } from "./streams.ts";
import { taskStore } from "./task-store.ts";

/** The effect of a webhook event. */
export type Received = z.infer<typeof webhookAnswer>;
/** The body of a webhook event, unchecked. */
export type Sent = Record<string, unknown>;

/** The reason for refusing a result whose sender names another conversation. */
export const OTHER_CONVERSATION = "The task belongs to another conversation.";

/** Stores an event of a signed sender that no task could take, once, with the reason. */
export async function refuse(
  ctx: Ctx,
  sent: Sent,
  { about, why }: { about: string | null; why: string },
): Promise<Received> {
  const isNew = await keepRefused(ctx.db, { sent: cleanResult(sent), about, why });
  return { received: isNew ? "refused" : "known" };
}

/** The reference of a task or Cursor agent, `task:<id>` or `cursor:<id>`; null when `id` is no id. */
export function named(kind: "task" | "cursor", id: unknown): string | null {
  return typeof id === "string" && TASK_ID.test(id) ? `${kind}:${id}` : null;
}

/** The first fault of an event, as a sentence. */
export function whyNot({ issues }: z.ZodError): string {
  return cleanText(faultOf(issues[0]!), MAX_WHY);
}

const MAX_WHY = 500;

/**
 * Applies parked results to a task. A task and its result may arrive simultaneously: both sides write before they read, so the
 * later one always sees the earlier. True when a result ended the task.
 */
export async function applyParked(ctx: Ctx, taskId: string, references: readonly string[]): Promise<boolean> {
  let isApplied = false;
  for (const { reference, outcome } of await findParked(ctx.db, references)) {
    const ended = await end(ctx, taskId, outcome).catch(tooLarge);
    if (ended === null) continue;
    if (typeof ended === "string") {
      await refuseParked(ctx.db, reference, ended);
      continue;
    }
    if (isOfConversation(outcome, ended.task)) await unpark(ctx.db, reference);
    else await refuseParked(ctx.db, reference, OTHER_CONVERSATION);
    isApplied ||= ended.isDone;
  }
  return isApplied;
}

/**
 * Ends a known task in time, records the end of an expired one as late, and parks the result under `reference` when the task is not
 * registered yet. Null: the task belongs to another conversation, and nothing was changed.
 */
export async function finish(
  ctx: Ctx,
  taskId: string | null,
  reference: string,
  what: Ended,
): Promise<Received | null> {
  const ended = taskId === null ? null : await end(ctx, taskId, what).catch(tooLarge);
  if (typeof ended === "string") return refuse(ctx, { ...what.outcome }, { about: reference, why: ended });
  if (ended && !isOfConversation(what, ended.task)) return null;
  if (ended) return { received: ended.isDone ? "applied" : "known" };
  const late = taskId === null ? null : await endLate(ctx, taskId, what.outcome);
  return late ?? parkAndLook(ctx, taskId, reference, what);
}

/** Ends the task if it is pending and of this conversation. Null when there is none. */
async function end(
  ctx: Ctx,
  taskId: string,
  { outcome, conversationId }: Ended,
): Promise<{ isDone: boolean; task: TaskDocument } | null> {
  const ended = await taskStore.complete(ctx, taskId, outcome, { conversationId });
  if (ended?.isDone) await passOn(ctx, taskId, ended.task);
  return ended;
}

/** The reason why a result does not fit into its task. A result that is too large must not hold up others. */
function tooLarge(error: unknown): string {
  if (error instanceof Refusal && error.code === "too_large") return cleanText(error.message, MAX_WHY);
  throw error;
}

/** Delivers the result after the answer; the sweep does so when this process dies before. */
async function passOn(ctx: Ctx, taskId: string, { conversationId, relayHost }: TaskDocument): Promise<void> {
  announce(conversationId);
  ctx.afterAnswer(async (later) => {
    if (await isConversationEnded(later.db, conversationId))
      await becomeCallback(later, taskId, "The conversation was over.");
    else if (relayHost !== null) await deliverToRelays(later);
  });
}

/** Records the result of an expired task as late; null when the task is unknown or has not expired. */
async function endLate(ctx: Ctx, taskId: string, outcome: Outcome): Promise<Received | null> {
  const row = await findState(ctx.db, taskId);
  if (row === null || !row.isExpired) return null;
  if (!(await recordLate(ctx, taskId, outcome))) return { received: "known" };
  ctx.afterAnswer((later) => becomeCallback(later, taskId, "The result came after the task had expired."));
  return { received: "late" };
}

async function parkAndLook(ctx: Ctx, taskId: string | null, reference: string, what: Ended): Promise<Received> {
  const isNew = await park(ctx.db, reference, what);
  // The task may have been registered or launched since it was looked for.
  const known = taskId ?? (await findTaskOfAgent(ctx.db, reference.replace(/^cursor:/, "")));
  if (known !== null && (await applyParked(ctx, known, [reference]))) return { received: "applied" };
  return { received: isNew ? "parked" : "known" };
}

function isOfConversation({ conversationId }: Ended, task: TaskDocument): boolean {
  return conversationId === null || conversationId === task.conversationId;
}
