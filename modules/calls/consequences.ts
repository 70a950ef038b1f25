import { conflictsOf, type LockedCallback, markDoNotCall, markWrongNumber, scheduleCallback } from "#modules/callbacks";
import { closeReturnedEntry, holdNamedNumber, removeFromQueue } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { afterCall, agreeOnTimes } from "./covered.ts";
import type { Decided } from "./decide.ts";
import { callNotFound } from "./not-found.ts";
import { endsContact } from "./rules.ts";
import type { RecordOutcomeInput } from "./schema.ts";
import { type Call, findCall } from "./sql/hold.ts";
import { wasReachedSince } from "./sql/was-reached-since.ts";

/** The effects of an outcome besides settling the callback. */
export type Consequences = {
  /** The callback that this outcome promised, or null. */
  promised: { id: number; scheduledFor: Date } | null;
  /** Warnings about its time, and about the times agreed on for covered promises. */
  conflicts: readonly string[];
  /** The new mark of the number, and the promises to other users that it ended. */
  cost: readonly string[];
  /** The number is said to be wrong, and a later call has reached the user there. */
  isRefuted: boolean;
};
export const NONE: Consequences = { promised: null, conflicts: [], cost: [], isRefuted: false };

/** Applies the remaining effects in order, after the call's own callback is settled and its entry closed. */
export async function bringAbout(
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
  const isRefuted = input.outcomeType === "wrong_number" && (await wasReachedSince(ctx, call));
  const cost = isRefuted ? [REFUTED] : await markNumber(ctx, call, input.outcomeType);
  const promised = await promise(ctx, call, callback, input);
  return { promised, conflicts: [...(promised?.conflicts ?? []), ...agreed], cost, isRefuted };
}

const REFUTED = "This user was reached at this number since, so it is not marked as wrong.";

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
export async function holdPromisedNumber(ctx: Ctx, callSessionId: bigint, named: string | undefined): Promise<void> {
  const call = await findCall(ctx, callSessionId);
  if (!call) throw callNotFound(callSessionId);
  const phone = named ?? call.namedPhone;
  if (phone !== null) await holdNamedNumber(ctx, call.userId, phone).catch(markedMeanwhile);
}

/** Nobody reads a longer reason in a list. */
const LONGEST_REASON = 200;

/** The first line of the notes that has words, as the reason of the next call; undefined without notes. */
function firstLineOf(notes: string | undefined): string | undefined {
  const line = notes?.trim().split(/[\r\n]/)[0] ?? "";
  return line === "" ? undefined : [...line].slice(0, LONGEST_REASON).join("").trim();
}

async function promise(
  ctx: Ctx,
  call: Call,
  callback: LockedCallback | null,
  input: RecordOutcomeInput,
): Promise<{ id: number; scheduledFor: Date; conflicts: string[] } | null> {
  if (!input.callback) return null;
  const callbackReason =
    input.callback.callbackReason ??
    callback?.callbackReason ??
    firstLineOf(input.notes) ??
    "Agreed on in the last call.";
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
  const conflicts = await conflictsOf(ctx, afterCall(call, promised), input.callback);
  return { id, scheduledFor: promised.scheduledFor, conflicts };
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
