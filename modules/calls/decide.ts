import { callbackNotFound, type LockedCallback, mustBeOpen, type Settled, type Settlement } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { type Covered, coveredBy } from "./covered.ts";
import { endsContact, isReached, mayPromise, retryOf } from "./rules.ts";
import type { RecordOutcomeInput } from "./schema.ts";
import type { Call, Held } from "./sql/hold.ts";

/**
 * How much an outcome still settles: everything (`current`); everything although the call was given back, because no other call
 * has begun (`late`); or nothing (`overtaken`), because another call has begun or the callback has ended.
 */
export type Standing = { kind: "current" } | { kind: "late" } | { kind: "overtaken"; by: string | null };

/**
 * The queue entry that an outcome closes: the entry of its call, the entry of its callback, or the regular entry that the call
 * returned.
 */
type Closing = "entry of the call" | "entry of the callback" | "returned entry" | null;

/** The effect of an outcome on its promises and on the queue. */
export type Decided = {
  standing: Standing;
  /** The callback of the call, also when the outcome settles nothing. */
  callback: LockedCallback | null;
  own: Settled | null;
  covered: Covered;
  closing: Closing;
};

/** Refuses `invalid_input` for an outcome that contradicts the other fields of the input. */
export function mustFit({ outcomeType, callback, callbackId, stillOpen = [] }: RecordOutcomeInput): void {
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

/**
 * The callback of this outcome: the one from which the call came, or the one that the input names for an inbound conversation.
 */
export function targetOf(
  { actor }: Ctx,
  { call, callbacks }: Held,
  { callbackId }: RecordOutcomeInput,
): LockedCallback | null {
  if (call.callbackId !== null && callbackId !== undefined && callbackId !== call.callbackId) {
    throw new Refusal(
      "invalid_input",
      `This call came from callback ${call.callbackId}; it cannot settle callback ${callbackId}.`,
    );
  }
  const wanted = call.callbackId ?? callbackId ?? null;
  const found = callbacks.find(({ id }) => id === wanted) ?? null;
  if (wanted !== null && found === null) throw callbackNotFound(wanted, actor);
  return found;
}

/** Decides what the outcome settles. Everything in `held` is locked. Refuses where outcome, call and callback do not fit. */
export function decide(ctx: Ctx, held: Held, callback: LockedCallback | null, input: RecordOutcomeInput): Decided {
  const { call, callbacks } = held;
  const standing = standingOf(held, callback);
  const settlement =
    callback && standing.kind !== "overtaken" ? settlementOf(ctx, call, callback, input.outcomeType) : null;
  if (callback && settlement) {
    mustBeOfSameUser(ctx, call, callback);
    mustBeOpen(callback);
  }
  const countsAttempt = call.callbackId !== null;
  const own = callback && settlement ? { callback, settlement, countsAttempt, coveredBy: null } : null;
  const others = callbacks.filter((each) => each.id !== callback?.id && isCoveredBy(call, standing, each));
  const covered =
    settlement && standing.kind !== "overtaken" && !endsContact(input.outcomeType)
      ? coveredBy(call, others, {
          settlement,
          retry: () => retryOf(ctx.now, ctx.limits, call.userTimeZone),
          agreed: agreedIn(input, standing, others),
        })
      : coveringNone(input, standing);
  return { standing, callback, own, covered, closing: closingOf(call, callback, standing) };
}

/** A call that was given back covers the callbacks that were due while it lasted, except those with another entry by now. */
function isCoveredBy(call: Call, { kind }: Standing, { status, scheduledFor }: LockedCallback): boolean {
  const wasDue = call.isEntryLive && call.endedAt !== null && scheduledFor <= call.endedAt;
  return status === "pending" && (kind === "current" || wasDue);
}

/**
 * The times agreed on. An outcome that comes late is not refused for a promise that was settled or moved meanwhile: the agent
 * cannot know of it.
 */
function agreedIn({ stillOpen = [] }: RecordOutcomeInput, { kind }: Standing, others: readonly LockedCallback[]) {
  return kind === "current"
    ? stillOpen
    : stillOpen.filter(({ callbackId }) => others.some(({ id }) => id === callbackId));
}

function standingOf({ call, laterCaller }: Held, callback: LockedCallback | null): Standing {
  if (call.status !== "abandoned" || call.queueEntryId === null) return { kind: "current" };
  if (laterCaller !== null) return { kind: "overtaken", by: laterCaller };
  const isOpen = callback === null || callback.status === "pending" || callback.status === "accepted";
  return isOpen ? { kind: "late" } : { kind: "overtaken", by: null };
}

function closingOf({ queueEntryId }: Call, callback: LockedCallback | null, { kind }: Standing): Closing {
  if (kind === "overtaken") return null;
  if (queueEntryId !== null && kind === "current") return "entry of the call";
  if (callback) return "entry of the callback";
  return queueEntryId === null ? null : "returned entry";
}

function settlementOf(
  ctx: Ctx,
  call: Call,
  callback: LockedCallback,
  outcomeType: RecordOutcomeInput["outcomeType"],
): Settlement {
  const words = outcomeType.replaceAll("_", " ");
  if (outcomeType === "wrong_number")
    return { kind: "failed", why: "The number is wrong: the promise cannot be kept." };
  if (isReached(outcomeType)) return { kind: "completed", why: `The call ended: ${words}.` };
  if (call.isDoNotCall)
    return { kind: "failed", why: `The call ended: ${words}; meanwhile the number asked not to be called.` };
  const attempt = callback.attempts + 1;
  if (attempt >= callback.maxAttempts)
    return { kind: "failed", why: `Attempt ${attempt} of ${callback.maxAttempts}: ${words}; no more attempts.` };
  const { at, because } = retryOf(ctx.now, ctx.limits, call.userTimeZone);
  const why = `Attempt ${attempt} of ${callback.maxAttempts}: ${words}; tried again later${because}.`;
  return { kind: "retried", at, because, why };
}

/** An agent must not learn of promises to other people, so the refusal is `not_found`; a machine client gets the reason. */
function mustBeOfSameUser({ actor }: Ctx, call: Call, callback: LockedCallback): void {
  if (callback.userId === call.userId) return;
  if (actor.kind === "agent") throw callbackNotFound(callback.id, actor);
  throw new Refusal("invalid_input", `Callback ${callback.id} is a promise to another user.`);
}

/** Refuses a time for a promise that the call does not cover, unless the outcome comes late. */
function coveringNone({ stillOpen = [] }: RecordOutcomeInput, { kind }: Standing): Covered {
  if (stillOpen.length === 0 || kind !== "current") return { ids: [], settled: [], agreed: [] };
  throw new Refusal("invalid_input", "This call covers no other promise; leave stillOpen out.");
}
