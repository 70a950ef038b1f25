import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { scheduleCallback, zoneOfUser } from "#modules/callbacks";
import { DecentHours } from "#modules/call-queue";
import { openingWords } from "#lib/time/opening-words";
import { query, sql } from "#lib/database/sql";
import { settleUndelivered } from "./sql/settle-undelivered.ts";
import type { callBackAnswer, callBackInput } from "./schema.ts";
import { taskNotFound } from "./store.ts";
import { type Outcome, reasonOf, TASK_STATES, UNDELIVERED_STATES } from "./rules.ts";

const task = z.object({
  taskId: z.string(),
  state: z.enum(TASK_STATES),
  userId: z.bigint().nullable(),
  callbackId: z.int().nullable(),
  toolName: z.string().nullable(),
  result: z.unknown(),
  error: z.string().nullable(),
  late: z.custom<Outcome>().nullable(),
});
type Task = z.infer<typeof task>;

/** The result: the callback, or the reason why there is none. `null` when the task needed no callback. */
export type Became = { callbackId: number } | { why: string } | null;

/**
 * Turns a result that was not delivered into a callback, due now or at the next decent hour of the user, in one transaction and
 * at most once. `why` is the reason, as a sentence. Without a user, or when the user may not be called, the task becomes
 * `undeliverable` with the reason.
 */
export async function becomeCallback(ctx: Ctx, taskId: string, why: string): Promise<Became> {
  return inTransaction(ctx, async (tx) => {
    const found = await lockTask(tx, taskId);
    if (found === null || found.callbackId !== null || !isUndelivered(found)) return null;
    const became = await promise(tx, found, why);
    await settle(tx, found, became, why);
    return became;
  });
}

/**
 * Turns a result into a callback on request, also of an undeliverable task, for its user or for the user the request names.
 * Refuses `not_found`, `wrong_state` (unfinished, delivered, a callback already), and `conflict` with the reason why the user
 * gets no callback.
 */
export async function callBack(
  ctx: Ctx,
  { taskId, userId }: z.infer<typeof callBackInput>,
): Promise<z.infer<typeof callBackAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const found = await lockTask(tx, taskId);
    if (!found) throw taskNotFound(taskId);
    const { state, callbackId } = found;
    if (callbackId !== null) throw new Refusal("wrong_state", `Task ${taskId} is callback ${callbackId} already.`);
    if (!isUndelivered(found) && state !== "undeliverable") {
      throw new Refusal(
        "wrong_state",
        `Task ${taskId} is ${state}; only a result that was not delivered becomes a callback.`,
      );
    }
    const why = "Somebody turned it into a callback.";
    const became = await promise(tx, { ...found, userId: userId ?? found.userId }, why);
    if ("why" in became) throw new Refusal("conflict", `${became.why} Name another with userId.`);
    await settle(tx, found, became, why);
    return { taskId, callbackId: became.callbackId };
  });
}

async function promise(tx: Ctx, found: Task, why: string): Promise<NonNullable<Became>> {
  if (found.userId === null) return { why: "The task names no user to call back." };
  try {
    const { zone } = await zoneOfUser(tx, found.userId);
    const hours = new DecentHours(tx.limits);
    const at = hours.next(tx.now, zone);
    const waits =
      at > tx.now ? ` It waits for ${openingWords(at, zone)}, because ${hours.whyNot(tx.now, zone)} now.` : "";
    const { id } = await scheduleCallback(
      tx,
      {
        userId: found.userId,
        scheduledFor: at.toISOString(),
        callbackReason: reasonOf({ ...found, ...(found.late ?? {}) }),
      },
      `${why} The result of task ${found.taskId} is passed on by phone.${waits}`,
    );
    return { callbackId: id };
  } catch (error) {
    // A refusal wrote nothing, so the transaction continues: the task records why there is no call.
    if (error instanceof Refusal) return { why: error.message };
    throw error;
  }
}

async function settle(tx: Ctx, { taskId }: Task, became: NonNullable<Became>, why: string): Promise<void> {
  const callbackId = "callbackId" in became ? became.callbackId : null;
  const words =
    callbackId === null ? `${why} ${(became as { why: string }).why}` : `${why} It became callback ${callbackId}.`;
  await settleUndelivered(tx, { taskId, callbackId, why: words });
}

function isUndelivered({ state, late }: Task): boolean {
  return late !== null || (UNDELIVERED_STATES as readonly string[]).includes(state);
}

async function lockTask(tx: Ctx, taskId: string): Promise<Task | null> {
  const [found] = await query(
    tx.db,
    task,
    sql`SELECT task_id AS "taskId", state, user_id AS "userId", callback_id AS "callbackId", tool_name AS "toolName",
               result, error, late_outcome AS late
        FROM cursor_tasks WHERE task_id = ${taskId} FOR UPDATE`,
  );
  return found ?? null;
}
