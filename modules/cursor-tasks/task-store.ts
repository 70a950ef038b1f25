import { createHash } from "node:crypto";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { renderJson } from "#lib/base/json";
import { violated } from "#lib/database/error";
import { keepCopy } from "./copies.ts";
import type { FoundTask, TaskDocument } from "./document.ts";
import { listTasks } from "./list.ts";
import { keyOf, MAX_TASK_BYTES, type Outcome } from "./rules.ts";
import type { RegisterInput } from "./schema.ts";
import { createTask } from "./sql/create-task.ts";
import { findTask } from "./sql/find-tasks.ts";
import { finishTask } from "./sql/finish-task.ts";
import { updateTask } from "./sql/update-task.ts";

/** The fields of a task that may change before it ends. */
export type TaskPatch = Partial<Pick<TaskDocument, "sessionPayload" | "launchedAt" | "cursorAgentId" | "toolArgs">>;
/** The condition of an update. */
type Where = Readonly<Partial<{ pending: true; launchedAt: null; cursorAgentId: null }>>;
/** `isDone`: false when the condition did not hold; then `task` is the task as it is. */
type Changed = Readonly<{ isDone: boolean; task: TaskDocument }>;

/**
 * The store of tasks, by their id. Every call is one atomic statement on the row. Null means that the task is missing or has
 * expired; a database that fails is a fault. A finished task never becomes pending again.
 */
export const taskStore = { create, get, update, complete, list: listTasks } as const;

/**
 * Registers a task. The same content again creates no second task. Refuses `task_differs` for other content under a known id,
 * `task_expired` for an id that was used before, and `too_large` above 256 KB.
 */
async function create(
  ctx: Ctx,
  taskId: string,
  task: Omit<RegisterInput, "taskId">,
): Promise<{ isNew: boolean; task: TaskDocument }> {
  const content = contentOf(task);
  const contentHash = createHash("sha256").update(canonical(content)).digest("base64url");
  const created = await sized(createTask(ctx.db, { ...content, taskId, contentHash, ...byOf(ctx) }));
  if (created) return { isNew: true, task: await copied(ctx, created) };
  const found = await findTask(ctx.db, taskId);
  if (!found) throw new Refusal("task_expired", `Task ${taskId} has expired; take another id for a new task.`);
  if (found.document.contentHash === contentHash) return { isNew: false, task: found.document };
  throw new Refusal(
    "task_differs",
    `Task ${taskId} was registered with other content; take another id for a new task.`,
  );
}

/** The task, or null when it is missing or has expired. Its copy in Redis is read first. */
async function get(ctx: ReadCtx, taskId: string): Promise<TaskDocument | null> {
  const copy = await ctx.kv.read(keyOf(taskId));
  if (copy) return copy as TaskDocument;
  const found = await findTask(ctx.db, taskId);
  if (!found) return null;
  await keepCopy(ctx, found, found.now);
  return found.document;
}

/**
 * Changes the given fields and keeps the others and the time left; undefined is no value. With `where` only while those fields
 * have these values. Only a pending task can be launched. Null when the task is missing or has expired.
 */
async function update(ctx: Ctx, taskId: string, patch: TaskPatch, where: Where = {}): Promise<Changed | null> {
  const event = launchEventOf(patch);
  const must = {
    mustBePending: where.pending === true || event.eventType === "launching",
    mustNotBeLaunching: where.launchedAt === null,
    mustHaveNoAgent: where.cursorAgentId === null,
  };
  return change(
    ctx,
    taskId,
    () => updateTask(ctx.db, { taskId, patch, ...must, ...event, ...byOf(ctx) }),
    ({ pending, launchedAt, cursorAgentId }) =>
      (pending || !must.mustBePending) &&
      (launchedAt === null || !must.mustNotBeLaunching) &&
      (cursorAgentId === null || !must.mustHaveNoAgent),
  );
}

/**
 * Ends the task; with a conversation, only a task that belongs to it. Of simultaneous ends one counts, and the others get its
 * outcome. Null when the task is missing or has expired.
 */
async function complete(
  ctx: Ctx,
  taskId: string,
  outcome: Outcome,
  { conversationId = null }: { conversationId?: string | null } = {},
): Promise<Changed | null> {
  return change(
    ctx,
    taskId,
    () => finishTask(ctx.db, { ...outcome, taskId, conversationId, ...byOf(ctx) }),
    (task) => task.pending && (conversationId === null || conversationId === task.conversationId),
  );
}

async function change(
  ctx: Ctx,
  taskId: string,
  statement: () => Promise<FoundTask | null>,
  fits: (task: TaskDocument) => boolean,
): Promise<Changed | null> {
  while (true) {
    const changed = await sized(statement());
    if (changed) return { isDone: true, task: await copied(ctx, changed) };
    const found = await findTask(ctx.db, taskId);
    if (!found || Date.parse(found.document.expiresAt) <= ctx.now.getTime()) return null;
    if (!fits(found.document)) return { isDone: false, task: found.document };
    // Another request registered or changed the task between the two statements.
  }
}

/** The task, once its copy lies in Redis. */
async function copied(ctx: Ctx, found: FoundTask): Promise<TaskDocument> {
  await keepCopy(ctx, found, ctx.now);
  return found.document;
}

function byOf({ now, actor, kv }: Ctx) {
  return { now, actor: describeActor(actor), isCopied: kv.copies !== null };
}

/** The event of an update: only a launch has one. */
function launchEventOf({ launchedAt, cursorAgentId }: TaskPatch) {
  if (typeof launchedAt === "string") return { eventType: "launching", eventWhy: "It is being launched." } as const;
  if (launchedAt === null) return { eventType: "not_launched", eventWhy: "The launch was refused." } as const;
  if (typeof cursorAgentId !== "string") return { eventType: null, eventWhy: null };
  return { eventType: "launched", eventWhy: `Cursor agent ${cursorAgentId} works on it.` } as const;
}

function contentOf(task: Omit<RegisterInput, "taskId">) {
  const { conversationId, sessionPayload = null, wsUrl = null, toolName = null, toolArgs = null } = task;
  const { userId = null, priority, deliverAs } = task;
  const given = { conversationId, sessionPayload, wsUrl, toolName, toolArgs, priority, deliverAs };
  // One round trip through JSON turns large numbers into strings of digits, here and everywhere after.
  const content = JSON.parse(renderJson({ ...given, userId })) as typeof given & { userId: string | null };
  return { ...content, relayHost: wsUrl === null ? null : new URL(wsUrl).host };
}

/** JSON with sorted keys: equal contents have equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

/** Awaits a write, and translates the constraint on the size of a task into its refusal. */
async function sized<T>(written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (error) {
    if (violated(error) !== "cursor_tasks_not_too_large") throw error;
    throw new Refusal("too_large", `A task may hold ${MAX_TASK_BYTES} bytes with its result; send less.`);
  }
}
