import { agreeOnTime, conflictsOf, type LockedCallback, type Settled, type Settlement } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import type { RecordOutcomeInput } from "./schema.ts";
import type { Call } from "./sql/hold.ts";

type Agreed = NonNullable<RecordOutcomeInput["stillOpen"]>[number];
/** The promises that a call answers for beside its own: those that are settled with it, and the times agreed on for others. */
export type Covered = { ids: readonly number[]; settled: readonly Settled[]; agreed: readonly Agreed[] };

/**
 * What an outcome does to the promises that the call covers, so that the user is not rung again a minute later for what
 * was just talked about: a conversation settles them too, but for those in `stillOpen`, which get the time agreed on;
 * where nobody was reached they wait as long as the callback of the call, but for those to another number, which was not
 * tried. Refuses `invalid_input` for a time of a callback that the call does not cover.
 */
export function coveredBy(
  call: Call,
  others: readonly LockedCallback[],
  settlement: Settlement,
  retryAt: Date,
  agreed: readonly Agreed[],
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
        at: retryAt,
        why: `The call for callback ${call.callbackId} of the same user reached nobody; tried again with it.`,
      };
  const settled = rest
    .filter((callback) => isReached || isSameNumber(callback))
    .map((callback) => ({ callback, settlement: theirs, countsAttempt: false, coveredBy: call.callbackId }));
  return { ids: others.map(({ id }) => id), settled, agreed };
}

/**
 * Gives the promises that stay open the times agreed on, and returns what speaks against them. The caller holds their
 * locks, and the entry of the call is closed.
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

/** A promise as it stands after this call: the agent who calls again is on a call only until this very outcome. */
export function afterCall<P extends { preferredAgentId: number | null }>({ agentId }: Call, promised: P): P {
  return promised.preferredAgentId === agentId ? { ...promised, preferredAgentId: null } : promised;
}
