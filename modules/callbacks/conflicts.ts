import type { Ctx } from "#lib/base/context";
import { closedWhy, DecentHours } from "#modules/call-queue";
import { hasOffset } from "./promised-time.ts";
import { sentenceOf, utc } from "./routing/sentences.ts";
import { findWrongNumber } from "./sql/find-wrong-number.ts";
import { noticeAbout } from "./sql/notice-about.ts";
import { findZone } from "./store.ts";

/** A promise as it was just made or moved. */
type Promised = { id: number; userId: bigint; scheduledFor: Date; preferredAgentId: number | null };

/**
 * What speaks against a promise, in sentences, wherever one is made or gets another time: its time, a number that is known to be
 * wrong, and when the agent who was asked for cannot or will not take it as things are. `said`: the time in the words of the request.
 */
export async function conflictsOf(
  ctx: Ctx,
  { id, userId, scheduledFor, preferredAgentId }: Promised,
  said: { scheduledFor: string; timeZone?: string | undefined },
): Promise<string[]> {
  const isZoneSaid = said.timeZone !== undefined || hasOffset(said.scheduledFor);
  const questions = await openQuestions(ctx, userId, scheduledFor, isZoneSaid);
  const notice = await noticeAbout(ctx, preferredAgentId, [id]);
  const wrong = await findWrongNumber(ctx, id);
  return [
    ...questions,
    // What routing will say when it is due, said at once.
    ...(wrong === null ? [] : [sentenceOf({ kind: "wrong_number", ...wrong }, utc)]),
    ...(notice === null ? [] : [notice]),
  ];
}

/**
 * What speaks against a promise at `at`, in sentences: nobody knows the zone of the user, and the time was read in a
 * guess; the desk is closed then; or it is night there. `isZoneSaid`: the time itself named its zone or offset.
 */
export async function openQuestions(ctx: Ctx, userId: bigint, at: Date, isZoneSaid: boolean): Promise<string[]> {
  const user = await findZone(ctx, userId);
  const { calendar, decentHoursFrom, decentHoursTo } = ctx.limits;
  const closed = calendar ? closedWhy(calendar, at) : null;
  return [
    ...(user && !user.isKnown && !isZoneSaid ? [`The zone of this person is not known; read as ${user.zone}.`] : []),
    ...(closed === null ? [] : [closed]),
    ...(user && new DecentHours(ctx.limits).isIndecent(at, user.zone)
      ? [`It is before ${decentHoursFrom}:00 or after ${decentHoursTo}:00 there.`]
      : []),
  ];
}
