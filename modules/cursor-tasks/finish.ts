import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { renderJson } from "#lib/base/json";
import { becomeCallback } from "./become-callback.ts";
import { callbackQueue, type TaskDocument } from "./queue.ts";
import { deliverToRelays } from "./relay.ts";
import { cleanText, MAX_STORED_CHARS, type Outcome, TASK_ID } from "./rules.ts";
import { cursorWebhookInput, runnerWebhookInput, type webhookAnswer } from "./schema.ts";
import { recordLate } from "./sql/record-late.ts";
import {
  type Ended,
  findParked,
  findState,
  findTaskOfAgent,
  isConversationEnded,
  keepRefused,
  park,
  refuseParked,
  unpark,
} from "./store.ts";
import { announce } from "./streams.ts";

type Received = z.infer<typeof webhookAnswer>;

type Sent = Record<string, unknown>;

/**
 * Takes the news of a Cursor agent. FINISHED and ERROR end its task, once; every other status is news and no end. What
 * nobody has registered yet is kept, and so is what cannot be taken, with the reason.
 */
export async function finishFromCursor(ctx: Ctx, sent: Sent): Promise<Received> {
  const { data: news, error } = cursorWebhookInput.safeParse(sent);
  if (error)
    return refuse(ctx, sent, { about: named("task", sent.task) ?? named("cursor", sent.id), why: whyNot(error) });
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
  const reference = taskId === null ? `cursor:${agentId}` : `task:${taskId}`;
  return (await finish(ctx, taskId, reference, { outcome, conversationId: null }))!;
}

/**
 * Takes the end of a task from a runner of ours. What cannot be taken is kept with the reason, also when the task belongs
 * to another conversation than the runner says.
 */
export async function finishFromRunner(ctx: Ctx, sent: Sent): Promise<Received> {
  const { data: news, error: unread } = runnerWebhookInput.safeParse(sent);
  if (unread) return refuse(ctx, sent, { about: named("task", sent.requestId), why: whyNot(unread) });
  const { requestId, success, output = null, error, conversationId = null } = news;
  const outcome: Outcome = success
    ? { result: cleanResult(output), error: null }
    : { result: null, error: cleanText(error ?? "") || "The runner failed and gave no reason." };
  const about = `task:${requestId}`;
  const received = await finish(ctx, requestId, about, { outcome, conversationId });
  return received ?? refuse(ctx, sent, { about, why: OTHER_CONVERSATION });
}

const OTHER_CONVERSATION = "The task belongs to another conversation.";

/** Keeps what a signed sender said and nobody could take, once. */
async function refuse(ctx: Ctx, sent: Sent, { about, why }: { about: string | null; why: string }): Promise<Received> {
  const isNew = await keepRefused(ctx.db, { sent: cleanResult(sent), about, why });
  return { received: isNew ? "refused" : "known" };
}

/** The task or Cursor agent that this names, when it is a name at all. */
function named(kind: "task" | "cursor", id: unknown): string | null {
  return typeof id === "string" && TASK_ID.test(id) ? `${kind}:${id}` : null;
}

function whyNot({ issues: [first] }: z.ZodError): string {
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
    const ended = await end(ctx, taskId, outcome);
    if (ended === null) continue;
    if (isOfConversation(outcome, ended.task)) await unpark(ctx.db, reference);
    else await refuseParked(ctx.db, reference, OTHER_CONVERSATION);
    isApplied ||= ended.isDone;
  }
  return isApplied;
}

/** Null: the task belongs to another conversation, and nothing was changed. */
async function finish(ctx: Ctx, taskId: string | null, reference: string, what: Ended): Promise<Received | null> {
  const ended = taskId === null ? null : await end(ctx, taskId, what);
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
  const where = conversationId === null ? {} : { conversationId };
  const ended = await callbackQueue.complete(ctx, taskId, outcome, where);
  if (ended?.isDone) await passOn(ctx, taskId, ended.task);
  return ended;
}

/** Delivery is a step of its own, after the answer; the sweep does it when this process dies before. */
async function passOn(ctx: Ctx, taskId: string, { conversationId, relayHost }: TaskDocument): Promise<void> {
  announce(conversationId);
  ctx.afterAnswer(async () => {
    if (await isConversationEnded(ctx.db, conversationId))
      await becomeCallback(ctx, taskId, "The conversation was over.");
    else if (relayHost !== null) await deliverToRelays(ctx);
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
  return json.length > MAX_STORED_CHARS ? cleanText(json) : cleanDeep(JSON.parse(json));
}

function cleanDeep(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanDeep(inner)]));
}
