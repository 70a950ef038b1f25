import { agreeOnTime, conflictsOf, type LockedCallback, type Settled, type Settlement } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import type { retryOf } from "./rules.ts";
import type { RecordOutcomeInput } from "./schema.ts";
import type { Call } from "./sql/hold.ts";

type Agreed = NonNullable<RecordOutcomeInput["stillOpen"]>[number];
/** The other promises that a call covers: those that it settles, and those for which another time was agreed on. */
export type Covered = { ids: readonly number[]; settled: readonly Settled[]; agreed: readonly Agreed[] };

/**
 * How an outcome changes the promises that the call covers, so that the user is not called again a minute later about the same
 * matter. A conversation settles them, except those in `stillOpen`, which get the time agreed on. After an attempt without an
 * answer they wait as long as the callback of the call, except those to another number, which was not tried. Refuses
 * `invalid_input` for a time of a callback that the call does not cover.
 */
export function coveredBy(
  call: Call,
  others: readonly LockedCallback[],
  {
    settlement,
    retry,
    agreed,
  }: { settlement: Settlement; retry: () => ReturnType<typeof retryOf>; agreed: readonly Agreed[] },
): Covered {
  const stranger = agreed.find(({ callbackId }) => !others.some(({ id }) => id === callbackId));
  if (stranger) {
    const sentence = `Call ${call.id} does not cover callback ${stranger.callbackId}; leave it out.`;
    throw new Refusal("invalid_input", sentence);
  }
  const isSameNumber = ({ number }: LockedCallback): boolean =>
    number === null ? !call.isOtherNumber : number === call.number;
  const rest = others.filter(({ id }) => !agreed.some(({ callbackId }) => callbackId === id));
  const isReached = settlement.kind === "completed";
  const theirs: Settlement = isReached
    ? { kind: "completed", why: `Settled in the call for callback ${call.callbackId} of the same user.` }
    : {
        kind: "retried",
        ...retry(),
        why: `The call for callback ${call.callbackId} of the same user reached nobody; tried again with it.`,
      };
  const settled = rest
    .filter((callback) => isReached || isSameNumber(callback))
    .map((callback) => ({ callback, settlement: theirs, countsAttempt: false, coveredBy: call.callbackId }));
  return { ids: others.map(({ id }) => id), settled, agreed };
}

/**
 * Moves the promises that stay open to the times agreed on, and returns the objections to these times. The caller holds their
 * locks and has closed the entry of the call.
 */
export async function agreeOnTimes(ctx: Ctx, call: Call, agreed: readonly Agreed[]): Promise<string[]> {
  const conflicts: string[] = [];
  for (const time of agreed) {
    const { callback, scheduledFor } = await agreeOnTime(
      ctx,
      { ...time, reason: "agreed on in the call that covered it" },
      call.id,
    );
    const found = await conflictsOf(ctx, afterCall(call, { ...callback, scheduledFor }), time);
    conflicts.push(...found.map((sentence) => `Callback ${callback.id}: ${sentence}`));
  }
  return conflicts;
}

/** A promise after this call: its agent is no longer counted as in a call, because this outcome ends it. */
export function afterCall<P extends { preferredAgentId: number | null }>({ agentId }: Call, promised: P): P {
  return promised.preferredAgentId === agentId ? { ...promised, preferredAgentId: null } : promised;
}
