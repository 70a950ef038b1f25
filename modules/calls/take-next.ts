import type { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction, isTransaction } from "#lib/database/db";
import { violated, isTransactionConflict } from "#lib/database/error";
import { Refusal } from "#lib/base/errors";
import { pause } from "#lib/time/clock";
import { peekNext } from "#modules/call-queue";
import type { TakeNextAnswer, takeNextInput } from "#schema/call-queue";
import { ONE_OPEN_CALL } from "./rules.ts";
import { type Taken, takeNextCall } from "./sql/take-next.ts";

/** Maximum attempts at a claim when other transactions win the race. */
const MAX_TRIES = 8;

/** The pause before the second attempt while another transaction holds what waits; each further one is twice as long. */
const FIRST_PAUSE_MS = 10;

/**
 * Claims the agent's next call, opens its call session and sets the agent on call. A repeat before the outcome gets the same
 * call, so a lost answer loses nothing. `next` is null when no entry waits. Refuses `not_found`, `agent_not_here`, and
 * `agent_on_call` while the agent has a call that did not come from the queue, or one that waits for its outcome.
 */
export async function takeNext(ctx: Ctx, input: z.infer<typeof takeNextInput>): Promise<TakeNextAnswer> {
  const { agentId, queueType = null } = input;
  const wanted = { agentId, queueType, now: ctx.now, actor: describeActor(ctx.actor) };
  for (let attempt = 1; ; attempt += 1) {
    const claim = { ...wanted, yields: attempt < MAX_TRIES };
    // Inside the transaction of a request each attempt has a savepoint, because a lost race would end the transaction.
    const taken = await retryRaces(() =>
      isTransaction(ctx.db) ? inTransaction(ctx, ({ db }) => takeNextCall(db, claim)) : takeNextCall(ctx.db, claim),
    );
    if (!taken) throw new Refusal("not_found", `There is no agent ${agentId}.`);
    mustBeFree(taken, agentId);
    // A claim passes over what another transaction holds, and a tick holds every due promise for a moment: that is not an empty queue,
    // nor is it a reason to call somebody of the regular queue before a promise that is due.
    if (taken.call || attempt === MAX_TRIES || (await peekNext(ctx.db, claim)) === null) return { next: taken.call };
    await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

/**
 * Retries the claim when the user, the number, or this agent through a second request, got into a call between the choice and the
 * write, or when PostgreSQL rolled the statement back because of a conflict. A failed attempt changed nothing.
 */
async function retryRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isRace = ONE_OPEN_CALL.includes(violated(error) ?? "");
      if (!(isRace || isTransactionConflict(error)) || attempt === MAX_TRIES) throw error;
    }
  }
}

function mustBeFree({ name, isGone, otherCallId }: Taken, agentId: number): void {
  if (isGone) throw new Refusal("agent_not_here", `${name} (agent ${agentId}) is not logged in; log in first.`);
  if (otherCallId === null) return;
  const sentence = `Agent ${agentId} is in call ${otherCallId}, or has not recorded its outcome; record it first.`;
  throw new Refusal("agent_on_call", sentence, { callSessionId: String(otherCallId) });
}
