import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
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

/** What became of what a web hook said. */
export type Received = z.infer<typeof webhookAnswer>;
/** What a web hook said, as it came. */
export type Sent = Record<string, unknown>;

/** Why a task does not take what a runner says of it. */
export const OTHER_CONVERSATION = "The task belongs to another conversation.";

/** Keeps what a signed sender said and nobody could take, once. */
export async function refuse(
  ctx: Ctx,
  sent: Sent,
  { about, why }: { about: string | null; why: string },
): Promise<Received> {
  const isNew = await keepRefused(ctx.db, { sent: cleanResult(sent), about, why });
  return { received: isNew ? "refused" : "known" };
}

/** The task or Cursor agent that this names, when it is a name at all. */
export function named(kind: "task" | "cursor", id: unknown): string | null {
  return typeof id === "string" && TASK_ID.test(id) ? `${kind}:${id}` : null;
}

/** The first thing that is wrong with what was sent, in a sentence. */
export function whyNot({ issues: [first] }: z.ZodError): string {
  return cleanText(`${first?.path.join(".")}: ${first?.message}.`, MAX_WHY);
}

const MAX_WHY = 500;

/**
 * Gives a task what was parked for it. A task and its result may come at the same moment: both
 * sides write before they read, so the later one always sees the earlier. True when something was applied.
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
 * Ends the task when it is known and in time, records the end as late when it is not in time, and parks it under
 * `reference` when the task is not registered. Null: the task belongs to another conversation, and nothing was changed.
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

/** Why a result cannot be kept with its task. One that is too large must not keep the others from theirs. */
function tooLarge(error: unknown): string {
  if (error instanceof Refusal && error.code === "too_large") return cleanText(error.message, MAX_WHY);
  throw error;
}

/** Delivery is a step of its own, after the answer; the sweep does it when this process dies before. */
async function passOn(ctx: Ctx, taskId: string, { conversationId, relayHost }: TaskDocument): Promise<void> {
  announce(conversationId);
  ctx.afterAnswer(async (later) => {
    if (await isConversationEnded(later.db, conversationId))
      await becomeCallback(later, taskId, "The conversation was over.");
    else if (relayHost !== null) await deliverToRelays(later);
  });
}

/** What to answer when the row knows the task although its time is over, or null. */
async function endLate(ctx: Ctx, taskId: string, outcome: Outcome): Promise<Received | null> {
  const row = await findState(ctx.db, taskId);
  if (row === null || !row.isExpired) return null;
  if (!(await recordLate(ctx, taskId, outcome))) return { received: "known" };
  ctx.afterAnswer((later) => becomeCallback(later, taskId, "The result came after the task had expired."));
  return { received: "late" };
}

async function parkAndLook(ctx: Ctx, taskId: string | null, reference: string, what: Ended): Promise<Received> {
  const isNew = await park(ctx.db, reference, what);
  // It may have been registered, or launched, since we looked.
  const known = taskId ?? (await findTaskOfAgent(ctx.db, reference.replace(/^cursor:/, "")));
  if (known !== null && (await applyParked(ctx, known, [reference]))) return { received: "applied" };
  return { received: isNew ? "parked" : "known" };
}

function isOfConversation({ conversationId }: Ended, task: TaskDocument): boolean {
  return conversationId === null || conversationId === task.conversationId;
}
