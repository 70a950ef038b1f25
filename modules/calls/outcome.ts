import {
  callbackNotFound,
  conflictsOf,
  type LockedCallback,
  mustBeOpen,
  scheduleCallback,
  type Settlement,
  settleCallback,
} from "#modules/callbacks";
import {
  closeReturnedEntry,
  finishEntry,
  holdNamedNumber,
  learntFrom,
  removeFromQueue,
  lockNumber,
  markDoNotCall,
  markWrongNumber,
} from "#modules/call-queue";
import type { Actor, Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { differencesTo } from "./outcome-request.ts";
import { endsContact, isReached, mayPromise, retryAt } from "./rules.ts";
import { afterCall, type Covered, lockAll, settleCovered } from "./covered.ts";
import type { RecordOutcomeAnswer, RecordOutcomeInput } from "./schema.ts";
import { type Standing, standingOf } from "./standing.ts";
import { type Call, callbacksAfter, callNotFound, findCall, lockCall } from "./store.ts";
import { writeOutcome } from "./sql/write-outcome.ts";

/**
 * Records what came of a call, and what follows from it: the callback the call came from is settled, its entry closed,
 * the agent freed, a new promise made, and what was learnt of the number marked. The same outcome again is the same as once. An outcome is never too late: of a
 * call that was given back meanwhile it is recorded all the same, and settles the callback unless somebody has begun
 * another call for it, which the answer then says. Refuses `not_found`, `outcome_differs` when another one is recorded,
 * or the same with other notes (`differs` names what), and `invalid_input` where outcome and callback do not fit.
 */
export async function recordOutcome(ctx: Ctx, input: RecordOutcomeInput): Promise<RecordOutcomeAnswer> {
  mustFit(input);
  return inTransaction(ctx, async (tx) => {
    const found = await findCall(tx.db, input.callSessionId);
    mustBeOwnCall(tx.actor, found);
    const callbackId = targetOf(found, input);
    // Locks in the order of all: number, callbacks, queue entry, call session.
    if (endsContact(input.outcomeType)) await lockNumber(tx, found);
    const phone = input.callback?.phone ?? found.namedPhone;
    if (input.callback && phone !== null) await holdNamedNumber(tx, found.userId, phone).catch(markedMeanwhile);
    const { callback, others } = await lockAll(tx.db, callbackId, found.alsoCovers);
    const call = await lockCall(tx.db, found);
    if (call.recorded) return repeated(call, input);
    const standing = await standingOf(tx.db, call, callback);
    const settles = standing.kind !== "overtaken";
    const settlement = callback && settles ? await settle(tx, call, callback, input) : null;
    if (settles) await closeEntry(tx, call, callback, standing, input);
    const at = retryAt(tx.now, tx.limits, call.userTimeZone);
    const isCovering = standing.kind === "current" && !endsContact(input.outcomeType);
    const covered =
      settlement && isCovering ? await settleCovered(tx, call, others, settlement, at, input) : mustCoverNone(input);
    const cost = await markNumber(tx, call, input.outcomeType);
    const promised = await promise(tx, call, callback, input);
    const answer = await answerOf(tx, call, { callback, covered, promised, standing, cost }, input);
    const { isOtherNumber } = call;
    const learnt = learntFrom(tx.now, input.outcomeType, {
      isPromiseSpent: settlement?.kind === "failed",
      isOtherNumber,
    });
    await writeOutcome(tx, call, input, answer, learnt);
    return answer;
  });
}

/** What was learnt of the number; the sentence says what that cost others. */
async function markNumber(ctx: Ctx, call: Call, outcomeType: RecordOutcomeInput["outcomeType"]): Promise<string[]> {
  if (!endsContact(outcomeType)) return [];
  const isWrong = outcomeType === "wrong_number";
  const count = isWrong ? await markWrongNumber(ctx, call) : await markDoNotCall(ctx, call);
  if (count === 0) return [];
  const what = count === 1 ? "1 other promise to this number was" : `${count} other promises to this number were`;
  return [`${what} ${isWrong ? "set aside until the right number comes" : "cancelled"}.`];
}

/** What one outcome did, beside the call itself. */
type Consequences = {
  callback: LockedCallback | null;
  covered: Covered;
  /** The next promise, and what speaks against it. */
  promised: { id: number; conflicts: string[] } | null;
  standing: Standing;
  /** What was learnt of the number, and what that cost. */
  cost: readonly string[];
};

function coveredWords(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? "Another promise to this user is settled with it."
      : `${count} other promises to this user are settled with it.`,
  ];
}

const OTHERS_OPEN = "The user has other open callbacks.";

function sentenceOf(standing: Standing, status: string | undefined): string {
  if (standing.kind === "current") return "Recorded.";
  if (standing.kind === "late") return "Recorded. The call had been given back meanwhile; nobody else has called.";
  if (standing.by !== null)
    return `Recorded on your call. ${standing.by} has called this user meanwhile and settles what was promised.`;
  return `Recorded on your call. The callback was ${status} meanwhile.`;
}

/** A time for a promise that the call does not cover, or that it cannot have talked about, is a mistake. */
function mustCoverNone({ stillOpen = [] }: RecordOutcomeInput): Covered {
  if (stillOpen.length === 0) return { ids: [], conflicts: [] };
  throw new Refusal("invalid_input", "This call covers no other promise; leave stillOpen out.");
}

function mustFit({ outcomeType, callback, callbackId, stillOpen = [] }: RecordOutcomeInput): void {
  if (stillOpen.length > 0 && !isReached(outcomeType)) {
    throw new Refusal("invalid_input", `${outcomeType} agrees on no time; leave stillOpen out.`);
  }
  if (outcomeType === "call_back" && !callback) {
    throw new Refusal("invalid_input", "call_back needs a time: send callback.scheduledFor.");
  }
  if (callback && !mayPromise(outcomeType)) {
    throw new Refusal(
      "invalid_input",
      `${outcomeType} leaves no new promise; leave callback out. An unanswered callback is tried again by itself.`,
    );
  }
  if (callbackId !== undefined && !isReached(outcomeType)) {
    throw new Refusal("invalid_input", `${outcomeType} settles no callback by name; leave callbackId out.`);
  }
}

/** The call of another agent is none that an agent knows of. */
function mustBeOwnCall(actor: Actor, { id, agentId }: Call): void {
  if (actor.kind === "agent" && actor.agentId !== agentId) throw callNotFound(id);
}

/** What was promised to others is none that an agent knows of; a machine client is told. */
function mustBeOfSameUser(actor: Actor, call: Call, callback: LockedCallback): void {
  if (callback.userId === call.userId) return;
  if (actor.kind === "agent") throw callbackNotFound(callback.id);
  throw new Refusal("invalid_input", `Callback ${callback.id} is a promise to another user.`);
}

/** The callback this outcome settles: the one the call came from, or the one an inbound conversation names. */
function targetOf(call: Call, input: RecordOutcomeInput): number | null {
  if (call.callbackId === null) return input.callbackId ?? null;
  if (input.callbackId !== undefined && input.callbackId !== call.callbackId) {
    throw new Refusal(
      "invalid_input",
      `This call came from callback ${call.callbackId}; it cannot settle callback ${input.callbackId}.`,
    );
  }
  return call.callbackId;
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

function settlementOf(ctx: Ctx, call: Call, callback: LockedCallback, { outcomeType }: RecordOutcomeInput): Settlement {
  const words = outcomeType.replaceAll("_", " ");
  if (outcomeType === "wrong_number")
    return { kind: "failed", why: "The number is wrong: the promise cannot be kept." };
  if (isReached(outcomeType)) return { kind: "completed", why: `The call ended: ${words}.` };
  if (call.isDoNotCall) return { kind: "failed", why: `${words}; meanwhile the number asked not to be called.` };
  const attempt = callback.attempts + 1;
  if (attempt >= callback.maxAttempts)
    return { kind: "failed", why: `Attempt ${attempt} of ${callback.maxAttempts}: ${words}; no more attempts.` };
  const at = retryAt(ctx.now, ctx.limits, call.userTimeZone);
  return { kind: "retried", at, why: `Attempt ${attempt} of ${callback.maxAttempts}: ${words}; tried again later.` };
}

async function settle(ctx: Ctx, call: Call, callback: LockedCallback, input: RecordOutcomeInput): Promise<Settlement> {
  mustBeOfSameUser(ctx.actor, call, callback);
  mustBeOpen(callback);
  const settlement = settlementOf(ctx, call, callback, input);
  const { id, agentId } = call;
  await settleCallback(ctx, callback, settlement, {
    id,
    agentId,
    outcomeType: input.outcomeType,
    countsAttempt: call.callbackId !== null,
  });
  return settlement;
}

async function closeEntry(
  ctx: Ctx,
  call: Call,
  callback: LockedCallback | null,
  { kind }: Standing,
  input: RecordOutcomeInput,
): Promise<void> {
  const reason = `outcome ${input.outcomeType}`;
  if (call.queueEntryId !== null && kind === "current") {
    await finishEntry(ctx, { entryId: call.queueEntryId, callSessionId: call.id, fence: call.fence ?? 0 }, reason);
  } else if (callback) await removeFromQueue(ctx, callback.id, `settled by call ${call.id}`);
  else if (call.queueEntryId !== null) await closeReturnedEntry(ctx, call.queueEntryId, reason);
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

/** Who spoke with somebody cannot change the mark, but can keep what was agreed on. */
function markedMeanwhile(error: unknown): never {
  if (!(error instanceof Refusal && error.code === "do_not_call")) throw error;
  throw new Refusal(
    "do_not_call",
    "Meanwhile this number was marked as one that asked not to be called, so no callback can be promised. Save the call as answered, with what was agreed on in the notes, and ask a supervisor to lift the mark.",
  );
}

async function answerOf(
  ctx: Ctx,
  call: Call,
  { callback, covered, promised, standing, cost }: Consequences,
  { outcomeType }: RecordOutcomeInput,
): Promise<RecordOutcomeAnswer> {
  const ids = callback ? [callback.id, ...covered.ids] : covered.ids;
  const after = await callbacksAfter(ctx.db, call.userId, { settled: ids, except: promised?.id ?? null });
  const { settled, open: openCallbacks } = after;
  const own = settled.find(({ id }) => id === callback?.id) ?? null;
  const others = settled.filter(({ id }) => id !== callback?.id);
  const sentences = [
    sentenceOf(standing, own?.status),
    ...cost,
    ...coveredWords(others.filter(({ status }) => status === "completed").length),
    ...(openCallbacks.length > 0 ? [OTHERS_OPEN] : []),
  ];
  return {
    success: true,
    message: sentences.join(" "),
    callSessionId: String(call.id),
    outcomeType,
    callback: own,
    covered: others,
    newCallbackId: promised?.id ?? null,
    conflicts: [...(promised?.conflicts ?? []), ...covered.conflicts],
    openCallbacks,
  };
}
