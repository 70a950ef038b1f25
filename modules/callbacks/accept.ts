import type { z } from "zod";
import { askedNotToBeCalled, DecentHours, queueName } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { violated } from "#lib/database/error";
import { isTransaction, retried } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { mustBeWithinReach } from "./own-desk.ts";
import type { acceptAnswer, acceptInput } from "./schema.ts";
import { type Accepted, acceptInDatabase } from "./sql/accept-callback.ts";
import { callbackEnded, callbackNotFound } from "./store.ts";

type Answer = z.infer<typeof acceptAnswer>;

/**
 * Makes the callback the agent's very next call: one live entry at -2000, available now, replaces every other live entry of the
 * user. Of any number of simultaneous accepts exactly one wins; a repeat by the winner gets the same answer. Refuses `not_found`,
 * `agent_not_here`, `wrong_queue`, `already_accepted` (the sentence names the agent who has it), `wrong_state`, `do_not_call`,
 * `wrong_number` and `user_on_call`, also when another user with the same number is in a call.
 */
export async function acceptCallback(ctx: Ctx, input: z.infer<typeof acceptInput>): Promise<Answer> {
  await mustBeWithinReach(ctx, input.callbackId);
  try {
    // The one statement is a transaction of its own, unless the request has one.
    const accept = () => acceptInDatabase(ctx, input);
    const { refusal, entryId, facts } = await (isTransaction(ctx.db) ? accept() : retried(accept));
    if (refusal !== null) throw await refused(ctx, input, refusal, facts);
    if (entryId === null) throw new Error(`callback ${input.callbackId} is accepted and has no live entry`);
    return answer(ctx, input.callbackId, entryId, facts);
  } catch (error) {
    // A simultaneous transaction accepted another callback of the same user, or made its entry.
    const name = violated(error);
    if (name === "callbacks_one_accepted_per_user" || name === "call_queue_one_live_entry_per_user") {
      throw new Refusal("conflict", "Another callback of this user was taken at this moment; look again.");
    }
    throw error;
  }
}

/** The sentence for each rule that can refuse. */
async function refused(
  ctx: Ctx,
  { callbackId, agentId }: z.infer<typeof acceptInput>,
  rule: NonNullable<Accepted["refusal"]>,
  facts: Accepted["facts"],
): Promise<Refusal> {
  const { name } = facts;
  switch (rule) {
    case "callback unknown":
      return callbackNotFound(callbackId, ctx.actor);
    case "accepted by another":
      return new Refusal("already_accepted", `${facts.accepted_by} has already accepted callback ${callbackId}.`, {
        acceptedByAgentId: facts.accepted_by_agent_id,
      });
    case "agent unknown":
      return new Refusal("not_found", `There is no agent ${agentId}.`);
    case "agent not here":
      return new Refusal("agent_not_here", `${name} (agent ${agentId}) is not logged in; log in first.`);
    case "callback ended":
      return callbackEnded(callbackId, facts.status!);
    case "AI agent not asked for":
      return new Refusal("wrong_queue", `${name} is an AI agent and takes only callbacks that ask for it.`);
    case "other queue":
      return new Refusal(
        "wrong_queue",
        `${name} does not work the queue “${queueName(facts.queue_type!, ctx.limits.queueNames)}”; ask somebody who does.`,
      );
    case "do not call":
      return askedNotToBeCalled(ctx, BigInt(facts.user_id!), facts.number);
    case "wrong number":
      return new Refusal(
        "wrong_number",
        facts.phone === null
          ? `The number of user ${facts.user_id} is wrong; import the right one first.`
          : `${facts.phone} is known to be wrong; promise it for another number first.`,
      );
    case "user in a call":
      return new Refusal(
        "user_on_call",
        `${facts.caller} is on a call with this person or this number at this moment.`,
      );
    case "other callback accepted": {
      const sentence = `${facts.other_accepted_by} has accepted callback ${facts.other_id} of the same user; one call at a time.`;
      return new Refusal("already_accepted", sentence, { callbackId: facts.other_id });
    }
    case "too many accepted": {
      const accepted = facts.accepted === 1 ? "a callback" : `${facts.accepted} callbacks`;
      const sentence = `${name} has accepted ${accepted} already; call or release one first.`;
      return new Refusal("accept_limit", sentence);
    }
  }
}

/** An agent who accepts at night may call at night; the answer warns how late it is for the user. */
function answer({ now, limits }: Ctx, callbackId: number, queueEntryId: number, facts: Accepted["facts"]): Answer {
  const data = {
    callbackId,
    queueEntryId,
    queueType: facts.queue_type!,
    userId: facts.user_id!,
    warning: new DecentHours(limits).warning(now, facts.zone!, facts.promised_for!),
  };
  return { success: true, message: "It is your next call.", data };
}
