import { afterSettling, type LockedCallback } from "#modules/callbacks";
import { type Learnt, learntFrom } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inWholeTransaction, isTransaction, retried } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import type { Sql } from "#lib/database/sql";
import { bringAbout, holdPromisedNumber, NONE } from "./consequences.ts";
import { type Decided, decide, mustFit, targetOf } from "./decide.ts";
import { callNotFound } from "./not-found.ts";
import { answerOf, repeated } from "./outcome-answer.ts";
import { endsContact, mustFitIn } from "./rules.ts";
import type { RecordOutcomeAnswer, RecordOutcomeInput } from "./schema.ts";
import { type Call, type Held, holdForOutcome, readForOutcome } from "./sql/hold.ts";
import { record, settle, write, writeUnlessChanged } from "./sql/write.ts";

/**
 * Records the outcome of a call and applies its effects: it settles the callback that the call came from, closes the queue
 * entry, frees the agent, makes the new promise and marks the number as wrong or do-not-call. Idempotent: repeating the same
 * outcome changes nothing. An outcome is never too late: if the call was given back in the meantime, the outcome is still
 * recorded, and it settles the callback unless another call for it has begun; the answer says so. Refuses `not_found`,
 * `outcome_differs` when another outcome, or the same with other notes, is recorded (`differs` names the fields), and
 * `invalid_input` when outcome and callback do not fit, or the call lasted longer than the time since its start.
 */
export async function recordOutcome(ctx: Ctx, input: RecordOutcomeInput): Promise<RecordOutcomeAnswer> {
  mustFit(input);
  const isOrdinary = !isTransaction(ctx.db) && input.callback === undefined && !endsContact(input.outcomeType);
  const recorded = isOrdinary ? await retried(() => recordUnlocked(ctx, input)) : null;
  return recorded ?? inWholeTransaction(ctx, (tx) => recordLocked(tx, input));
}

/**
 * An outcome without further consequences takes two statements: one reads the rows, and one writes if they are still the same.
 * Null, and nothing is written, when it is another outcome or something has changed.
 */
async function recordUnlocked(ctx: Ctx, input: RecordOutcomeInput): Promise<RecordOutcomeAnswer | null> {
  const held = await readForOutcome(ctx, input);
  if (!held) throw callNotFound(input.callSessionId);
  const callback = targetOf(ctx, held, input);
  if (held.call.recorded) return repeated(held.call, input);
  const { decided, settling, recording } = planned(ctx, held, callback, input);
  if (hasConsequences(decided, input)) return null;
  const answer = answerOf(afterwards(held, decided), decided, NONE, input);
  return (await writeUnlessChanged(ctx, input, held, [...settling, recording(answer)])) ? answer : null;
}

/** Records any outcome. The rows that it decides about stay locked until everything is written. */
async function recordLocked(tx: Ctx, input: RecordOutcomeInput): Promise<RecordOutcomeAnswer> {
  if (input.callback) await holdPromisedNumber(tx, input.callSessionId, input.callback.phone);
  const held = await holdForOutcome(tx, input);
  if (!held) throw callNotFound(input.callSessionId);
  const callback = targetOf(tx, held, input);
  if (held.call.recorded) return repeated(held.call, input);
  if (held.isErased && input.callback) throw erasedMeanwhile();
  const { decided, settling, recording } = planned(tx, held, callback, input);
  if (!hasConsequences(decided, input)) {
    const answer = answerOf(afterwards(held, decided), decided, NONE, input);
    await write(tx, [...settling, recording(answer)]);
    return answer;
  }
  await write(tx, settling);
  const consequences = await bringAbout(tx, held.call, decided, input);
  const after = await holdForOutcome(tx, input);
  const answer = answerOf(after!, decided, consequences, input);
  await write(tx, [recording(answer, consequences.isRefuted)]);
  return answer;
}

/**
 * The decision about the rows, and the parts of the statement that write it. Refuses an outcome that does not fit the call or its
 * callback.
 */
function planned(ctx: Ctx, held: Held, callback: LockedCallback | null, input: RecordOutcomeInput) {
  const { call } = held;
  mustFitIn(ctx.now, call.startedAt, input);
  const decided = decide(ctx, held, callback, input);
  return {
    decided,
    settling: settle(ctx, call, input, decided),
    recording: (answer: RecordOutcomeAnswer, isRefuted = false): Sql => {
      const isOtherNumber = call.isOtherNumber || isRefuted;
      return record(ctx, call, input, { answer, learnt: learntOf(ctx, { isOtherNumber }, decided, input) });
    },
  };
}

/** Whether the outcome has effects beyond the one statement that settles and records it. */
function hasConsequences({ covered, closing }: Decided, input: RecordOutcomeInput): boolean {
  const closesOther = closing !== null && closing !== "entry of the call";
  return closesOther || covered.agreed.length > 0 || endsContact(input.outcomeType) || input.callback !== undefined;
}

/** The effect of the outcome on the regular queue. */
function learntOf(
  { now }: Ctx,
  { isOtherNumber }: Pick<Call, "isOtherNumber">,
  { own }: Decided,
  { outcomeType }: RecordOutcomeInput,
): Learnt {
  return learntFrom(now, outcomeType, { isPromiseSpent: own?.settlement.kind === "failed", isOtherNumber });
}

/** The locked rows as they are once everything is settled. */
function afterwards(held: Held, { own, covered }: Decided): Held {
  const settled = new Map([own, ...covered.settled].flatMap((each) => (each ? [[each.callback.id, each]] : [])));
  const callbacks = held.callbacks.map((callback) => {
    const each = settled.get(callback.id);
    return each ? afterSettling(each) : callback;
  });
  return { ...held, callbacks };
}

function erasedMeanwhile(): Refusal {
  return new Refusal(
    "do_not_call",
    "The data of this person was erased meanwhile, so no callback can be promised. Save the call as answered; its notes are not kept.",
  );
}
