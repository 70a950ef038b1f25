import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { localTime } from "#lib/time/zone";
import { zoneOfNumber } from "#lib/time/zone-of-number";
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
 * Objections to a promise, as sentences: about its time, also on the clock of a number that it names, about a number that is known
 * to be wrong, about a preferred agent who cannot take it as things are, and about a text to the user that could not be queued. Every operation that makes a promise or
 * moves one answers them. `said`: the time in the words of the request.
 */
export async function conflictsOf(
  ctx: Ctx,
  { id, userId, scheduledFor, preferredAgentId }: Promised,
  said: { scheduledFor: string; timeZone?: string | undefined },
): Promise<string[]> {
  const isInstant = hasOffset(said.scheduledFor);
  const isZoneSaid = said.timeZone !== undefined || isInstant;
  const ownZone = (await findZone(ctx, userId))?.zone;
  const zone = said.timeZone ?? ownZone;
  const questions = await openQuestions(ctx, userId, scheduledFor, isZoneSaid);
  const notice = await noticeAbout(ctx, preferredAgentId, [id]);
  const night = await nightOfNumber(ctx, { id, scheduledFor }, ownZone);
  const wrong = await findWrongNumber(ctx, id);
  return [
    ...(scheduledFor.getTime() < ctx.now.getTime() - PASSED_AFTER_MS ? [PASSED] : []),
    ...questions,
    ...(night === null ? [] : [night]),
    ...(isInstant || zone === undefined ? [] : clockChanges(said.scheduledFor, scheduledFor, zone)),
    // Routing would say the same when the callback is due; the agent can still change the time now.
    ...(wrong === null ? [] : [sentenceOf({ kind: "wrong_number", ...wrong }, utc)]),
    ...(notice === null ? [] : [notice]),
    ...(await objectionsToText(ctx, id)),
  ];
}

/**
 * Says that it is night in the country of the number that a promise names, where that country has one clock and another than the
 * user. The hours of the call follow the zone of the user all the same: the number may be with its owner.
 */
async function nightOfNumber(
  ctx: Ctx,
  { id, scheduledFor }: Pick<Promised, "id" | "scheduledFor">,
  ownZone: string | undefined,
): Promise<string | null> {
  const named = z.object({ number: z.string().nullable() });
  const [row] = await query(ctx.db, named, sql`SELECT number FROM callbacks WHERE id = ${id}`);
  const zone = row?.number ? zoneOfNumber(row.number) : null;
  if (zone === null || ownZone === undefined || !new DecentHours(ctx.limits).isIndecent(scheduledFor, zone))
    return null;
  const there = localTime(scheduledFor, zone);
  if (there === localTime(scheduledFor, ownZone)) return null;
  return `In the country of this number it is ${there.slice(11, 16)} then (${zone}).`;
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
