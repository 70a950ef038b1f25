import type { Ctx } from "#lib/context";
import { zoneOfUser } from "./store.ts";

/**
 * What a time that was said leaves open, in sentences: the zone it was read in when nobody knows that of the user.
 * `said`: whether the time itself named its zone or offset.
 */
export async function openQuestions(ctx: Ctx, userId: bigint, said: boolean): Promise<string[]> {
  const { zone, isKnown } = await zoneOfUser(ctx, userId);
  return isKnown || said ? [] : [`The zone of this person is not known; read as ${zone}.`];
}
