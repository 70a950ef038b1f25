import type { Ctx } from "#lib/context";
import { closedWhy } from "#lib/desk-calendar";
import { zoneOfUser } from "./store.ts";

/**
 * What speaks against a promise at `at`, in sentences: the desk is closed then; or nobody knows the zone of the user, and
 * the time was read in a guess. `isZoneSaid`: the time itself named its zone or offset.
 */
export async function openQuestions(ctx: Ctx, userId: bigint, at: Date, isZoneSaid: boolean): Promise<string[]> {
  const { zone, isKnown } = await zoneOfUser(ctx, userId);
  const closed = ctx.limits.calendar ? closedWhy(ctx.limits.calendar, at) : null;
  return [
    ...(isKnown || isZoneSaid ? [] : [`The zone of this person is not known; read as ${zone}.`]),
    ...(closed === null ? [] : [closed]),
  ];
}
