import { createHash } from "node:crypto";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { renderJson } from "#lib/base/json";
import { MAX_DOCUMENT_BYTES, type Note, type Stored, type Where } from "#lib/kv";
import { documents } from "./documents.ts";
import { keyOf, type Outcome, TASK_TTL_MS, type TaskEventType, type TaskState } from "./rules.ts";
import type { RegisterInput } from "./schema.ts";
import { listTasks } from "./list.ts";

/** The document of a task, under `cursor_task:<taskId>`. */
export type TaskDocument = Stored &
  Readonly<{
    conversationId: string;
    sessionPayload: unknown;
    /** A credential. */
    wsUrl: string | null;
    /** Host and port of `wsUrl`. */
    relayHost: string | null;
    pending: boolean;
    createdAt: string;
    toolName: string | null;
    toolArgs: unknown;
    completedAt: string | null;
    result: unknown;
    error: string | null;
    userId: string | null;
    priority: number;
    deliverAs: "contextual_update" | "user_message";
    launchedAt: string | null;
    cursorAgentId: string | null;
    /** Of what was registered: the same again is a repeat, anything else a conflict. */
    contentHash: string;
  }>;

/** What may be changed of a task before it ends. */
export type TaskPatch = Partial<Pick<TaskDocument, "sessionPayload" | "launchedAt" | "cursorAgentId" | "toolArgs">>;

/**
 * Tasks that are worked on elsewhere, by their id. Every call is one atomic step. A task that is missing or has expired
 * is an answer, null; a broken store is a fault. A finished task never becomes pending again.
 */
export const callbackQueue = { create, get, update, complete, list: listTasks } as const;

/**
 * Registers a task. The same content again is no second task. Refuses `task_differs` for other content under a known
 * id, `task_expired` for an id that was used before, `too_large` above 256 KB.
 */
async function create(
  ctx: Ctx,
  taskId: string,
  task: Omit<RegisterInput, "taskId">,
): Promise<{ isNew: boolean; task: TaskDocument }> {
  const content = contentOf(task);
  const contentHash = createHash("sha256").update(canonical(content)).digest("base64url");
  const now = { createdAt: ctx.now.toISOString(), pending: true, completedAt: null, result: null, error: null };
  const document = { ...content, ...now, launchedAt: null, cursorAgentId: null, contentHash };
  const time = { now: ctx.now, expiresAt: new Date(ctx.now.getTime() + TASK_TTL_MS) };
  const registered = noteOf(ctx, "registered", "It was registered.", "pending");
  const made = await documents(ctx).create(keyOf(taskId), document, time, registered);
  if (made.outcome === "too_large") throw tooLarge();
  if (made.outcome === "taken") {
    throw new Refusal("task_expired", `Task ${taskId} has expired; take another id for a new task.`);
  }
  const found = made.stored as TaskDocument;
  if (found.contentHash === contentHash) return { isNew: made.outcome === "created", task: found };
  throw new Refusal(
    "task_differs",
    `Task ${taskId} was registered with other content; take another id for a new task.`,
  );
}

/** The task, or null when it is missing or has expired. */
async function get(ctx: ReadCtx, taskId: string): Promise<TaskDocument | null> {
  return (await documents(ctx).get(keyOf(taskId))) as TaskDocument | null;
}

/**
 * Changes some fields, and leaves the others and the time left as they are; undefined is no value. With `where` only
 * while those fields have these values: `isDone` says whether they had. Null when it is missing or has expired.
 */
async function update(
  ctx: Ctx,
  taskId: string,
  patch: TaskPatch,
  where: Where = {},
): Promise<{ isDone: boolean; task: TaskDocument } | null> {
  return change(ctx, taskId, patch, where, noteOfLaunch(ctx, patch));
}

/**
 * Ends the task. Of any number of simultaneous ends one is done; the others get the end it had. Null when the task is
 * missing or has expired.
 */
async function complete(
  ctx: Ctx,
  taskId: string,
  outcome: Outcome,
  where: Where = {},
): Promise<{ isDone: boolean; task: TaskDocument } | null> {
  const ended = { ...outcome, pending: false, completedAt: ctx.now.toISOString() };
  const note =
    outcome.error === null
      ? noteOf(ctx, "completed", "It ended with a result.", "completed")
      : noteOf(ctx, "failed", "It ended with an error.", "failed");
  return change(ctx, taskId, ended, { ...where, pending: true }, note);
}

async function change(
  ctx: ReadCtx,
  taskId: string,
  patch: Readonly<Record<string, unknown>>,
  where: Where,
  note?: Note,
): Promise<{ isDone: boolean; task: TaskDocument } | null> {
  const changed = await documents(ctx).change(keyOf(taskId), patch, where, note);
  if (changed?.outcome === "too_large") throw tooLarge();
  return changed && { isDone: changed.outcome === "changed", task: changed.stored as TaskDocument };
}

/** The event of a change, and the state it leads to when that is another; a trigger puts it into the columns of the row. */
function noteOf({ now, actor }: Ctx, type: TaskEventType, why: string, state?: TaskState): Note {
  return { at: now.toISOString(), actor: describeActor(actor), type, why, ...(state && { state }) };
}

/** The launch is the only part of an update that is an event. */
function noteOfLaunch(ctx: Ctx, { launchedAt, cursorAgentId }: TaskPatch): Note | undefined {
  if (typeof launchedAt === "string") return noteOf(ctx, "launching", "It is being launched.");
  if (launchedAt === null) return noteOf(ctx, "not_launched", "The launch was refused.");
  if (typeof cursorAgentId === "string") return noteOf(ctx, "launched", `Cursor agent ${cursorAgentId} works on it.`);
  return undefined;
}

function contentOf(task: Omit<RegisterInput, "taskId">) {
  const { conversationId, sessionPayload = null, wsUrl = null, toolName = null, toolArgs = null } = task;
  const { userId, priority, deliverAs } = task;
  const given = {
    conversationId,
    sessionPayload,
    wsUrl,
    toolName,
    toolArgs,
    userId: userId ?? null,
    priority,
    deliverAs,
  };
  // Once through JSON, so that large numbers are strings of digits everywhere from here on.
  const content = JSON.parse(renderJson(given)) as typeof given;
  return { ...content, relayHost: wsUrl === null ? null : new URL(wsUrl).host };
}

/** JSON with sorted keys: the same content is the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

function tooLarge(): Refusal {
  return new Refusal("too_large", `A task may hold ${MAX_DOCUMENT_BYTES} bytes with its result; send less.`);
}
