import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { countAttempt } from "#lib/database/rate-limit";
import { conflictsOf } from "./conflicts.ts";
import { mustReach } from "./own-call.ts";
import { mustBeForOwnDesk, scheduleCallback } from "./schedule.ts";
import type { CallbackAnswer, promiseAnswer, ScheduleInput } from "./schema.ts";

/**
 * Makes a promise by hand, without the outcome of a call. An agent who is signed in promises only to users of the own
 * desk, or out of a call of the own with that user within the last day, and so many times an hour; of several at the limit at
 * once only as many succeed as there is room for. The answer says what speaks against the time, and when the
 * agent who was asked for cannot or will not take it as things are. Refuses as `scheduleCallback`, `not_found` in the same words for what
 * is not at the desk and for what does not exist, and `promise_limit` beyond AGENT_PROMISES_PER_HOUR,
 * and `not_set_up` when texts are wanted that nobody can send.
 */
export async function promiseCallback(ctx: Ctx, input: ScheduleInput): Promise<z.infer<typeof promiseAnswer>> {
  if (input.remind && ctx.limits.reminderFrom === null) {
    throw new Refusal(
      "not_set_up",
      "No sender of texts about callbacks is set up here; set REMINDER_FROM, or leave remind out.",
    );
  }
  const made = await promise(ctx, input);
  const { id, scheduledFor, preferredAgentId } = made;
  const promised = { id, userId: input.userId, scheduledFor: new Date(scheduledFor), preferredAgentId };
  return { ...made, conflicts: await conflictsOf(ctx, promised, input) };
}

async function promise(ctx: Ctx, input: ScheduleInput): Promise<CallbackAnswer> {
  const { actor } = ctx;
  if (actor.kind !== "agent") return scheduleCallback(ctx, input);
  mustBeForOwnDesk(actor, input.preferredAgentId);
  return inTransaction(ctx, async (tx) => {
    await mustReach(tx, input);
    await countPromise(tx, actor.agentId);
    return scheduleCallback(tx, input);
  });
}

/** Counted in the transaction of the promise: what is refused after all is not counted. */
async function countPromise(ctx: Ctx, agentId: number): Promise<void> {
  const { count, leftMs } = await countAttempt(ctx.db, `promises of agent ${agentId}`, 60);
  const most = ctx.limits.agentPromisesPerHour;
  if (count <= most) return;
  const minutes = Math.max(1, Math.ceil(leftMs / 60_000));
  throw new Refusal(
    "promise_limit",
    `You have made ${most} promises within the hour, and no more are allowed; wait ${minutes} min, or promise with the outcome of a call.`,
    { retryAfterSeconds: minutes * 60 },
  );
}
