import {
  afterSettling,
  conflictsOf,
  type LockedCallback,
  markDoNotCall,
  markWrongNumber,
  scheduleCallback,
} from "#modules/callbacks";
import { closeReturnedEntry, holdNamedNumber, type Learnt, learntFrom, removeFromQueue } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inWholeTransaction, isTransaction, retried } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import type { Sql } from "#lib/database/sql";
import { callNotFound } from "./not-found.ts";
import { differencesTo } from "./outcome-request.ts";
import { afterCall, agreeOnTimes } from "./covered.ts";
import { type Decided, decide, mustFit, type Standing, targetOf } from "./decide.ts";
import { endsContact } from "./rules.ts";
import type { RecordOutcomeAnswer, RecordOutcomeInput } from "./schema.ts";
import { type Call, findCall, type Held, holdForOutcome, readForOutcome } from "./sql/hold.ts";
import { record, settle, write, writeUnlessChanged } from "./sql/write.ts";

/**
 * Records the outcome of a call and applies its effects: it settles the callback that the call came from, closes the queue
 * entry, frees the agent, makes the new promise and marks the number as wrong or do-not-call. Idempotent: repeating the same
 * outcome changes nothing. An outcome is never too late: if the call was given back in the meantime, the outcome is still
 * recorded, and it settles the callback unless another call for it has begun; the answer says so. Refuses `not_found`,
 * `outcome_differs` when another outcome, or the same with other notes, is recorded (`differs` names the fields), and
 * `invalid_input` when outcome and callback do not fit.
 */
export async function recordOutcome(ctx: Ctx, input: RecordOutcomeInput): Promise<RecordOutcomeAnswer> {
  mustFit(input);
  const isOrdinary = !isTransaction(ctx.db) && input.callback === undefined && !endsContact(input.outcomeType);
  const recorded = isOrdinary ? await retried(() => recordUnlocked(ctx, input)) : null;
  return recorded ?? inWholeTransaction(ctx, (tx) => recordLocked(tx, input));
}

/**
 * An outcome without further consequences takes two statements: one reads the rows, and one writes if they are still the same. Null, and
 * nothing is written, when it is another outcome or something has changed.
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
  await write(tx, [recording(answer)]);
  return answer;
}

/** The decision about the rows, and the parts of the statement that write it. Refuses an outcome that does not fit the call or its callback. */
function planned(ctx: Ctx, held: Held, callback: LockedCallback | null, input: RecordOutcomeInput) {
  const { call } = held;
  const decided = decide(ctx, held, callback, input);
  return {
    decided,
    settling: settle(ctx, call, input, decided),
    recording: (answer: RecordOutcomeAnswer): Sql =>
      record(ctx, call, input, { answer, learnt: learntOf(ctx, call, decided, input) }),
  };
}

/** The effects of an outcome besides settling the callback. */
type Consequences = {
  /** The callback that this outcome promised, or null. */
  promisedId: number | null;
  /** Warnings about its time, and about the times agreed on for covered promises. */
  conflicts: readonly string[];
  /** The new mark of the number, and the promises to other users that it ended. */
  cost: readonly string[];
};
const NONE: Consequences = { promisedId: null, conflicts: [], cost: [] };

/** Whether the outcome has effects beyond the one statement that settles and records it. */
function hasConsequences({ covered, closing }: Decided, input: RecordOutcomeInput): boolean {
  const closesOther = closing !== null && closing !== "entry of the call";
  return closesOther || covered.agreed.length > 0 || endsContact(input.outcomeType) || input.callback !== undefined;
}

/** Applies the remaining effects in order, after the call's own callback is settled and its entry closed. */
async function bringAbout(
  ctx: Ctx,
  call: Call,
  { callback, covered, closing }: Decided,
  input: RecordOutcomeInput,
): Promise<Consequences> {
  if (closing === "entry of the callback") {
    const settled = covered.settled.map((each) => each.callback.id);
    for (const id of [callback!.id, ...settled]) await removeFromQueue(ctx, id, `settled by call ${call.id}`);
  }
  if (closing === "returned entry") await closeReturnedEntry(ctx, call.queueEntryId!, `outcome ${input.outcomeType}`);
  const agreed = await agreeOnTimes(ctx, call, covered.agreed);
  const cost = await markNumber(ctx, call, input.outcomeType);
  const promised = await promise(ctx, call, callback, input);
  return { promisedId: promised?.id ?? null, conflicts: [...(promised?.conflicts ?? []), ...agreed], cost };
}

/** Marks the number and returns a sentence about the promises to other users that this ended. */
async function markNumber(ctx: Ctx, call: Call, outcomeType: RecordOutcomeInput["outcomeType"]): Promise<string[]> {
  if (!endsContact(outcomeType)) return [];
  const isWrong = outcomeType === "wrong_number";
  const count = isWrong ? await markWrongNumber(ctx, call) : await markNumbersOf(ctx, call);
  if (count === 0) return [];
  const what = count === 1 ? "1 other promise to this number was" : `${count} other promises to this number were`;
  return [`${what} ${isWrong ? "set aside until the right number comes" : "cancelled"}.`];
}

/**
 * Marks the dialled number as do-not-call, and the number that the user was given while the call lasted: the user has said it, and
 * an import is not stronger than that.
 */
async function markNumbersOf(ctx: Ctx, call: Call): Promise<number> {
  const { userId, number, ownNumber, namedPhone } = call;
  const count = await markDoNotCall(ctx, call);
  const isCorrected = namedPhone === null && ownNumber !== number;
  return isCorrected ? count + (await markDoNotCall(ctx, { userId, number: ownNumber })) : count;
}

/** Locks the number of the next promise before any callback is locked. */
async function holdPromisedNumber(ctx: Ctx, callSessionId: bigint, named: string | undefined): Promise<void> {
  const call = await findCall(ctx, callSessionId);
  if (!call) throw callNotFound(callSessionId);
  const phone = named ?? call.namedPhone;
  if (phone !== null) await holdNamedNumber(ctx, call.userId, phone).catch(markedMeanwhile);
}

async function promise(
  ctx: Ctx,
  call: Call,
  callback: LockedCallback | null,
  input: RecordOutcomeInput,
): Promise<{ id: number; conflicts: string[] } | null> {
  if (!input.callback) return null;
  const callbackReason = input.callback.callbackReason ?? callback?.callbackReason ?? "Agreed on in the last call.";
  const preferredAgentId = input.callback.preferredAgentId ?? call.agentId ?? undefined;
  const phone = input.callback.phone ?? call.namedPhone ?? undefined;
  const made = scheduleCallback(ctx, {
    ...input.callback,
    ...(phone === undefined ? {} : { phone }),
    callbackReason,
    ...(preferredAgentId === undefined ? {} : { preferredAgentId }),
    userId: call.userId,
    originalCallSessionId: call.id,
  });
  const { id, scheduledFor } = await made.catch(markedMeanwhile);
  const promised = {
    id,
    userId: call.userId,
    scheduledFor: new Date(scheduledFor),
    preferredAgentId: preferredAgentId ?? null,
  };
  return { id, conflicts: await conflictsOf(ctx, afterCall(call, promised), input.callback) };
}

/**
 * Translates a refusal for a number that another transaction marked meanwhile: an agent who has spoken with the person cannot
 * change the mark, but may record the outcome without the promise.
 */
function markedMeanwhile(error: unknown): never {
  if (!(error instanceof Refusal && error.code === "do_not_call")) throw error;
  throw new Refusal(
    "do_not_call",
    "Meanwhile this number was marked as one that asked not to be called, so no callback can be promised. Save the call as answered, with what was agreed on in the notes, and ask a supervisor to lift the mark.",
  );
}

function erasedMeanwhile(): Refusal {
  return new Refusal(
    "do_not_call",
    "The data of this person was erased meanwhile, so no callback can be promised. Save the call as answered; its notes are not kept.",
  );
}

function repeated(call: Call, input: RecordOutcomeInput): RecordOutcomeAnswer {
  const { request, answer } = call.recorded!;
  const differs = differencesTo({ request, notes: call.notes }, input);
  if (differs.length === 0) return answer;
  const sentence =
    differs.join() === "notes"
      ? `Call ${call.id} already has this outcome, with other notes. An outcome is recorded once: the first notes stand and these were not kept; put them into the notes of the next call.`
      : `Call ${call.id} already has the outcome ${call.lastOutcomeType}; an outcome is recorded once.`;
  throw new Refusal("outcome_differs", sentence, { outcomeType: call.lastOutcomeType, differs });
}

/** The effect of the outcome on the regular queue. */
function learntOf(
  { now }: Ctx,
  { isOtherNumber }: Call,
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

/** The call, its callbacks and the other open promises, as they are when only the recording is left. */
function answerOf(
  { call, callbacks, openCallbacks, isErased }: Held,
  { standing, callback, covered }: Decided,
  { promisedId, conflicts, cost }: Consequences,
  input: RecordOutcomeInput,
): RecordOutcomeAnswer {
  const { outcomeType } = input;
  const settled = callbacks.map(({ id, status, scheduledFor, attempts }) => ({
    id,
    status,
    scheduledFor: scheduledFor.toISOString(),
    attempts,
  }));
  const own = settled.find(({ id }) => id === callback?.id) ?? null;
  const others = settled.filter(({ id }) => covered.ids.includes(id));
  const notOpen = [callback?.id, promisedId, ...covered.ids];
  const open = openCallbacks.filter(({ id }) => !notOpen.includes(id)).slice(0, MAX_OPEN);
  const sentences = [
    sentenceOf(standing, own?.status),
    ...(isErased && input.notes ? ["The data of this person was erased meanwhile, so the notes were not kept."] : []),
    ...cost,
    ...coveredWords(others.filter(({ status }) => status === "completed").length),
    ...(open.length > 0 ? ["The user has other open callbacks."] : []),
  ];
  return {
    success: true,
    message: sentences.join(" "),
    callSessionId: String(call.id),
    outcomeType,
    callback: own,
    covered: others,
    newCallbackId: promisedId,
    conflicts: [...conflicts, ...notAgreed(covered, input)],
    openCallbacks: open,
  };
}

/** The times agreed on that a late outcome could not set any more. */
function notAgreed({ agreed }: Decided["covered"], { stillOpen = [] }: RecordOutcomeInput): string[] {
  return stillOpen
    .filter(({ callbackId }) => !agreed.some((time) => time.callbackId === callbackId))
    .map(
      ({ callbackId }) => `Callback ${callbackId} did not get its new time: the call had been given back meanwhile.`,
    );
}

/** Maximum open callbacks that an answer names. */
const MAX_OPEN = 20;

function coveredWords(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? "Another promise to this user is settled with it."
      : `${count} other promises to this user are settled with it.`,
  ];
}

function sentenceOf(standing: Standing, status: string | undefined): string {
  if (standing.kind === "current") return "Recorded.";
  if (standing.kind === "late") return "Recorded. The call had been given back meanwhile; nobody else has called.";
  if (standing.by !== null)
    return `Recorded on your call. ${standing.by} has called this user meanwhile and settles what was promised.`;
  return `Recorded on your call. The callback was ${status} meanwhile.`;
}
