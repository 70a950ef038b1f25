import type { z } from "zod";
import type { Ctx } from "#lib/context";
import { Refusal } from "#lib/errors";
import { renderJson } from "#lib/json";
import { becomeCallback } from "./become-callback.ts";
import { callbackQueue, type TaskDocument } from "./queue.ts";
import { tellRelays } from "./relay.ts";
import { cleanText, type Outcome } from "./rules.ts";
import type { cursorWebhookInput, runnerWebhookInput, webhookAnswer } from "./schema.ts";
import { recordLate } from "./sql/record-late.ts";
import { type Ended, findParked, findState, findTaskOfAgent, isOver, park, refuseParked, unpark } from "./store.ts";
import { announce } from "./streams.ts";

type Received = z.infer<typeof webhookAnswer>;

/**
 * Takes the news of a Cursor agent. FINISHED and ERROR end its task, once; every other status is news and no end. What
 * nobody has registered yet is kept.
 */
export async function finishFromCursor(ctx: Ctx, news: z.infer<typeof cursorWebhookInput>): Promise<Received> {
  const { event, id: agentId, status, summary, target } = news;
  if (event !== "statusChange" || (status !== "FINISHED" && status !== "ERROR")) return { received: "ignored" };
  const words = cleanText(summary ?? "");
  const [url, branchName, prUrl] = [target?.url, target?.branchName, target?.prUrl].map(
    (text) => text && cleanText(text),
  );
  const outcome: Outcome =
    status === "ERROR"
      ? { result: null, error: words || "Cursor ended with an error and gave no reason." }
      : {
          result: { summary: words, url: url ?? null, branchName: branchName ?? null, prUrl: prUrl ?? null },
          error: null,
        };
  const taskId = news.task ?? (await findTaskOfAgent(ctx.db, agentId));
  return finish(ctx, taskId, taskId === null ? `cursor:${agentId}` : `task:${taskId}`, {
    outcome,
    conversationId: null,
  });
}

/**
 * Takes the end of a task from a runner of ours. Refuses `conflict` when the task belongs to another conversation than
 * the runner says.
 */
export async function finishFromRunner(ctx: Ctx, news: z.infer<typeof runnerWebhookInput>): Promise<Received> {
  const { requestId, success, output = null, error, conversationId = null } = news;
  const outcome: Outcome = success
    ? { result: cleanResult(output), error: null }
    : { result: null, error: cleanText(error ?? "") || "The runner failed and gave no reason." };
  return finish(ctx, requestId, `task:${requestId}`, { outcome, conversationId });
}

/**
 * Gives a task what was parked for it. A task and its result may come at the same moment: whoever is second finds the
 * other, because each writes before it looks. True when something was applied.
 */
export async function applyParked(ctx: Ctx, taskId: string, references: readonly string[]): Promise<boolean> {
  let isApplied = false;
  for (const { reference, outcome } of await findParked(ctx.db, references)) {
    const ended = await end(ctx, taskId, outcome);
    if (ended === null) continue;
    if (isOfConversation(outcome, ended.task)) await unpark(ctx.db, reference);
    else await refuseParked(ctx.db, reference, "The task belongs to another conversation.");
    isApplied ||= ended.isDone;
  }
  return isApplied;
}

async function finish(ctx: Ctx, taskId: string | null, reference: string, what: Ended): Promise<Received> {
  const ended = taskId === null ? null : await end(ctx, taskId, what);
  if (ended && !isOfConversation(what, ended.task)) {
    throw new Refusal("conflict", `Task ${taskId} belongs to another conversation; nothing was changed.`);
  }
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
  const where = conversationId === null ? {} : { conversationId };
  const ended = await callbackQueue.complete(ctx, taskId, outcome, where);
  if (ended?.isDone) await passOn(ctx, taskId, ended.task);
  return ended;
}

/** Delivery is a step of its own, after the answer; the sweep does it when this process dies before. */
async function passOn(ctx: Ctx, taskId: string, { conversationId, relayHost }: TaskDocument): Promise<void> {
  announce(conversationId);
  ctx.afterAnswer(async () => {
    if (await isOver(ctx.db, conversationId)) await becomeCallback(ctx, taskId, "The conversation was over.");
    else if (relayHost !== null) await tellRelays(ctx);
  });
}

/** What to answer when the row knows the task although its time is over, or null. */
async function endLate(ctx: Ctx, taskId: string, outcome: Outcome): Promise<Received | null> {
  const row = await findState(ctx.db, taskId);
  if (row === null || !row.isExpired) return null;
  if (!(await recordLate(ctx, taskId, outcome))) return { received: "known" };
  ctx.afterAnswer(() => becomeCallback(ctx, taskId, "The result came after the task had expired."));
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

/** With every text in it cleaned; as one text when it is large. */
function cleanResult(output: unknown): unknown {
  if (typeof output === "string") return cleanText(output);
  const json = renderJson(output);
  const kept = cleanText(json);
  if (kept.length < json.length) return kept;
  return cleanDeep(JSON.parse(json));
}

function cleanDeep(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanDeep(inner)]));
}
