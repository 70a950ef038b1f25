import { askedNotToBeCalled, holdNamedNumber } from "#modules/call-queue";
import type { Actor, Ctx } from "#lib/base/context";
import { violated } from "#lib/database/error";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { OPEN_PER_USER } from "./rules.ts";
import { beginReminding } from "./remind.ts";
import { promisedTime } from "./promised-time.ts";
import type { CallbackAnswer, ScheduleInput } from "./schema.ts";
import { findPromisedUser } from "./sql/find-promised-user.ts";
import { insertCallback } from "./sql/insert-callback.ts";

/**
 * Makes a promise. A time with an offset is an instant; one without is the wall clock of `timeZone`, else of the user; the wall
 * clock and its zone are both stored. Refuses `not_found` (user, agent), `do_not_call`, `forbidden` when an agent promises for
 * another, `promise_limit`, and `invalid_input` for a time more than 24 hours ago or more than a year ahead. With `phone` the
 * promise is for that number, whose marks alone decide; refuses `invalid_input` when it cannot be dialled and `wrong_number` when
 * it is known to be wrong. `because` says in a sentence why the promise is made. Locks the row of the user, so that no promise
 * slips past an erasure or a mark of the number. With `remind` the user gets texts about it; the first is queued in the same
 * transaction.
 */
export async function scheduleCallback(ctx: Ctx, input: ScheduleInput, because = ""): Promise<CallbackAnswer> {
  if (!input.remind) return schedule(ctx, input, because);
  return inTransaction(ctx, async (tx) => {
    const made = await schedule(tx, input, because);
    await beginReminding(tx, made.id);
    return made;
  });
}

async function schedule(ctx: Ctx, input: ScheduleInput, because: string): Promise<CallbackAnswer> {
  mustBeForOwnDesk(ctx.actor, input.preferredAgentId);
  const user = await findPromisedUser(ctx, input.userId);
  mustHaveRoom(input.userId, user.open);
  const { scheduledFor, zone, local, words } = promisedTime(input, user.timeZone, ctx.now);
  const named = input.phone === undefined ? null : await holdNamedNumber(ctx, input.userId, input.phone);
  try {
    const made = await insertCallback(ctx, input, {
      time: { scheduledFor, zone, local },
      named,
      why: `${because} Promised for ${words}.`.trim(),
    });
    if (!made) throw await askedNotToBeCalled(ctx, input.userId);
    return made;
  } catch (error) {
    if (violated(error) === "callbacks_preferred_agent_exists") {
      throw new Refusal(
        "not_found",
        `There is no agent ${input.preferredAgentId}; leave preferredAgentId out or name another.`,
      );
    }
    throw error;
  }
}

/** Refuses `forbidden` when an agent promises in the name of another. */
export function mustBeForOwnDesk(actor: Actor, preferredAgentId: number | undefined): void {
  if (actor.kind !== "agent" || preferredAgentId === undefined || preferredAgentId === actor.agentId) return;
  throw new Refusal(
    "forbidden",
    "You can promise for yourself or for anybody; leave preferredAgentId out or name yourself.",
  );
}

/** A guard against floods, not an invariant: two simultaneous promises may both find room. */
function mustHaveRoom(userId: bigint, open: number): void {
  if (open < OPEN_PER_USER) return;
  throw new Refusal("promise_limit", `User ${userId} has ${open} open callbacks already; settle or cancel one first.`);
}
