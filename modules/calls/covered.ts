import { z } from "zod";
import {
  agreeOnTime,
  conflictsOf,
  type LockedCallback,
  lockCallback,
  type Settlement,
  settleCallback,
} from "#modules/callbacks";
import type { Ctx } from "#lib/context";
import type { Db } from "#lib/db";
import { Refusal } from "#lib/errors";
import { query, sql } from "#lib/sql";
import type { RecordOutcomeInput } from "./schema.ts";
import type { Call } from "./store.ts";

/** The promises that a call answered for beside its own, and what speaks against the times that were agreed on for them. */
export type Covered = { ids: readonly number[]; conflicts: readonly string[] };

/** The callbacks that the entry of a call names: one call for all promises to this user that are due. */
export async function namedBy(db: Db, entryId: number): Promise<number[]> {
  const [entry] = await query(
    db,
    z.object({ named: z.array(z.int()) }),
    sql`SELECT named_callback_ids AS named FROM call_queue WHERE id = ${entryId}`,
  );
  return entry?.named ?? [];
}

/** Locks the callback of a call and those that it covers, in the order of all locks. */
export async function lockAll(
  db: Db,
  callbackId: number | null,
  named: readonly number[],
): Promise<{ callback: LockedCallback | null; others: LockedCallback[] }> {
  const ids = [...new Set(callbackId === null ? named : [callbackId, ...named])].sort((a, b) => a - b);
  const locked: LockedCallback[] = [];
  for (const id of ids) locked.push(await lockCallback(db, id));
  return {
    callback: locked.find(({ id }) => id === callbackId) ?? null,
    others: locked.filter(({ id, status }) => id !== callbackId && status === "pending"),
  };
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
