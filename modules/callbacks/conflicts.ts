import type { Ctx } from "#lib/base/context";
import { closedWhy, DecentHours } from "#modules/call-queue";
import { objectionsToText } from "./remind.ts";
import { clockChanges, hasOffset } from "./promised-time.ts";
import { sentenceOf, utc } from "./routing/sentences.ts";
import { findWrongNumber } from "./sql/find-wrong-number.ts";
import { noticeAbout } from "./sql/notice-about.ts";
import { findZone } from "./store.ts";

/** A promise as it was just made or moved. */
type Promised = { id: number; userId: bigint; scheduledFor: Date; preferredAgentId: number | null };

/** Within this time a promise for "now" is not called one for the past, also when the clock of its sender is wrong. */
const PASSED_AFTER_MS = 60_000;
const PASSED = "This time has passed already; the callback is due at once.";

/**
 * Objections to a promise, as sentences: about its time, about a number that is known to be wrong, about a preferred agent who
 * cannot take it as things are, and about a text to the user that could not be queued. Every operation that makes a promise or
 * moves one answers them. `said`: the time in the words of the request.
 */
export async function conflictsOf(
  ctx: Ctx,
  { id, userId, scheduledFor, preferredAgentId }: Promised,
  said: { scheduledFor: string; timeZone?: string | undefined },
): Promise<string[]> {
  const isInstant = hasOffset(said.scheduledFor);
  const isZoneSaid = said.timeZone !== undefined || isInstant;
  const zone = said.timeZone ?? (await findZone(ctx, userId))?.zone;
  const questions = await openQuestions(ctx, userId, scheduledFor, isZoneSaid);
  const notice = await noticeAbout(ctx, preferredAgentId, [id]);
  const wrong = await findWrongNumber(ctx, id);
  return [
    ...(scheduledFor.getTime() < ctx.now.getTime() - PASSED_AFTER_MS ? [PASSED] : []),
    ...questions,
    ...(isInstant || zone === undefined ? [] : clockChanges(said.scheduledFor, scheduledFor, zone)),
    // Routing would say the same when the callback is due; the agent can still change the time now.
    ...(wrong === null ? [] : [sentenceOf({ kind: "wrong_number", ...wrong }, utc)]),
    ...(notice === null ? [] : [notice]),
    ...(await objectionsToText(ctx, id)),
  ];
}

/**
 * Objections to a promise at `at`, as sentences: the zone of the user is unknown and the time was read in a guessed one, the desk
 * is closed then, or it is night there. `isZoneSaid`: the time itself named its zone or offset.
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
