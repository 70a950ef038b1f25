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
 * Makes a promise by hand, without the outcome of a call. A signed-in agent may promise only to users of their own desk, or from an
 * own call with that user within the last day, and only AGENT_PROMISES_PER_HOUR times an hour, also when several requests are
 * made simultaneously. The answer warns about objections to the time, and when the preferred agent cannot take the callback as
 * things are. Refuses as `scheduleCallback` does; `not_found`, in the same words for a user of another desk and for a user who
 * does not exist; `promise_limit`; and `not_set_up` when texts are asked for and no sender is configured.
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

/** Counted in the transaction of the promise, so that a refused promise does not count. */
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
