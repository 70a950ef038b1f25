import {
  agreeOnTime,
  callbackNotFound,
  conflictsOf,
  type LockedCallback,
  lockCallbacks,
  type Settlement,
  settleCallback,
} from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import type { RecordOutcomeInput } from "./schema.ts";
import type { Call } from "./store.ts";

/** The promises that a call answered for beside its own, and what speaks against the times that were agreed on for them. */
export type Covered = { ids: readonly number[]; conflicts: readonly string[] };

/** Locks the callback of a call and those that it covers, in the order of all locks. Refuses `not_found`. */
export async function lockAll(
  db: Db,
  callbackId: number | null,
  named: readonly number[],
): Promise<{ callback: LockedCallback | null; others: LockedCallback[] }> {
  const ids = callbackId === null ? named : [callbackId, ...named];
  const locked = ids.length > 0 ? await lockCallbacks(db, ids) : [];
  const callback = locked.find(({ id }) => id === callbackId) ?? null;
  if (callbackId !== null && callback === null) throw callbackNotFound(callbackId);
  return { callback, others: locked.filter(({ id, status }) => id !== callbackId && status === "pending") };
}

/**
 * What an outcome does to the promises that the call covers, so that the user is not rung again a minute later for what
 * was just talked about: a conversation settles them too, but for those in `stillOpen`, which get the time agreed on;
 * where nobody was reached they wait as long as the callback of the call, but for those to another number, which was not
 * tried. The caller holds their locks, and the entry
 * of the call is closed. Returns them, and what speaks against the times agreed on. Refuses `invalid_input` for a time of a callback that the call does not cover.
 */
export async function settleCovered(
  ctx: Ctx,
  call: Call,
  others: readonly LockedCallback[],
  settlement: Settlement,
  retryAt: Date,
  { outcomeType, stillOpen = [] }: RecordOutcomeInput,
): Promise<Covered> {
  for (const { callbackId } of stillOpen) {
    if (others.some(({ id }) => id === callbackId)) continue;
    throw new Refusal("invalid_input", `Call ${call.id} does not cover callback ${callbackId}; leave it out.`);
  }
  const isSameNumber = ({ number }: LockedCallback): boolean =>
    number === null ? !call.isOtherNumber : number === call.number;
  const of = { id: call.id, agentId: call.agentId, outcomeType, countsAttempt: false };
  const conflicts: string[] = [];
  for (const callback of others) {
    const agreed = stillOpen.find(({ callbackId }) => callbackId === callback.id);
    if (agreed) {
      const { scheduledFor } = await agreeOnTime(ctx, { ...agreed, reason: "agreed on in the call that covered it" });
      const found = await conflictsOf(ctx, afterCall(call, { ...callback, scheduledFor }), agreed);
      conflicts.push(...found.map((sentence) => `Callback ${callback.id}: ${sentence}`));
    } else if (settlement.kind === "completed") {
      const why = `Settled in the call for callback ${call.callbackId} of the same user.`;
      await settleCallback(ctx, callback, { kind: "completed", why }, of, call.callbackId);
    } else if (isSameNumber(callback)) {
      const why = `The call for callback ${call.callbackId} of the same user reached nobody; tried again with it.`;
      await settleCallback(ctx, callback, { kind: "retried", at: retryAt, why }, of, call.callbackId);
    }
  }
  return { ids: others.map(({ id }) => id), conflicts };
}

/** A promise as it stands after this call: the agent who calls again is on a call only until this very outcome. */
export function afterCall<P extends { preferredAgentId: number | null }>({ agentId }: Call, promised: P): P {
  return promised.preferredAgentId === agentId ? { ...promised, preferredAgentId: null } : promised;
}
