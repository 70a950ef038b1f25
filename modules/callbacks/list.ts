import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { type Cursor, cursorAfter } from "#lib/base/cursor";
import { dialLink } from "#modules/call-queue";
import { Refusal } from "#lib/base/errors";
import { joined, query, sql, type Sql } from "#lib/database/sql";
import { isLate } from "./fate.ts";
import { conditionsOf } from "./filter.ts";
import { mustBeOnDesk } from "./own-desk.ts";
import {
  calendarAnswer,
  type calendarInput,
  callbackAnswer,
  type CallbackFilter,
  type callbackIdInput,
  type callbackStoryAnswer,
  type listAnswer,
  type overdueAnswer,
  type overdueInput,
  shownCallback,
} from "./schema.ts";
import { CALLBACK_COLUMNS, callbackNotFound } from "./store.ts";
import { findShownEvents } from "./sql/find-shown-events.ts";
import { findTexts } from "./sql/find-texts.ts";
import { SHOWN_COLUMNS, WITH_PEOPLE } from "./sql/with-people.ts";
import { dueAfter, type Place } from "./sql/due-after.ts";
import { findCalledNumber } from "./sql/find-called-number.ts";

/** A month, with the days of other months that a calendar shows before and after it. */
const CALENDAR_DAYS = 31;

/**
 * A page of callbacks, newest first or earliest due first; `nextCursor` leads to the next page and is null on the last. A reader
 * of all pages sees each matching callback exactly once, also when its time changes between two pages. A callback that is made
 * meanwhile appears when the first page is read again. A search finds at most 200 users.
 */
export async function listCallbacks(
  ctx: ReadCtx,
  input: CallbackFilter & { order?: "newest" | "due"; cursor?: Cursor | undefined; limit: number },
): Promise<z.infer<typeof listAnswer>> {
  const now = await readClock(ctx.db);
  const from = input.cursor ? placeOf(input.cursor, now) : null;
  const wanted = conditionsOf(input);
  const isDue = input.order === "due";
  const page = isDue ? dueAfter(from, wanted, input.limit) : newestAfter(from, wanted, input.limit);
  const found = await query(
    ctx.db,
    shownCallback.extend(placed),
    sql`SELECT ${SHOWN_COLUMNS}, c.place FROM (${page}) c ${WITH_PEOPLE} ORDER BY ${isDue ? sql`c.place, c.id` : sql`c.id DESC`}`,
  );
  return { ...pageOf(found, input.limit, from?.asOf ?? now), now: now.toISOString() };
}

const placed = { place: z.date() };

function placeOf({ at, id: rest }: Cursor, now: Date): Place {
  const [id = "", asOf] = rest.split("@");
  return { at, id, asOf: asOf === undefined ? now : new Date(Number(asOf)) };
}

/** The next `limit` callbacks with a lower id. Ids never change. */
function newestAfter(from: Place | null, wanted: readonly Sql[], limit: number): Sql {
  const beyond = from ? [sql`c.id < ${from.id}::bigint`] : [];
  return sql`SELECT c.*, c.scheduled_for AS place FROM callbacks c WHERE ${joined([...wanted, ...beyond], " AND ")}
             ORDER BY c.id DESC LIMIT ${limit}`;
}

/** A page as it is answered, and the cursor of the next page; null when this is the last. */
function pageOf<C extends { id: number; place: Date }>(
  found: readonly C[],
  limit: number,
  asOf: Date,
): { callbacks: Omit<C, "place">[]; nextCursor: string | null } {
  const last = found.length === limit ? found.at(-1) : undefined;
  const nextCursor = last ? cursorAfter(last.place, `${last.id}@${asOf.getTime()}`) : null;
  return { callbacks: found.map(({ place: _place, ...callback }) => callback), nextCursor };
}

/** The number of callbacks scheduled in each quarter of an hour. Refuses `invalid_input` for more than 31 days. */
export async function showCalendar(
  ctx: ReadCtx,
  input: z.infer<typeof calendarInput>,
): Promise<z.infer<typeof calendarAnswer>> {
  const days = (Date.parse(input.to) - Date.parse(input.from)) / 86_400_000;
  if (days <= 0 || days > CALENDAR_DAYS)
    throw new Refusal("invalid_input", `Ask for a time of up to ${CALENDAR_DAYS} days, \`from\` before \`to\`.`);
  const now = await readClock(ctx.db);
  const quarters = await query(
    ctx.db,
    calendarAnswer.shape.quarters.element,
    sql`SELECT date_bin('15 minutes', c.scheduled_for, 'epoch') AS at, count(*)::int AS callbacks,
               count(*) FILTER (WHERE ${isLate(sql`${now}::timestamptz`)})::int AS late
        FROM callbacks c WHERE ${joined(conditionsOf(input), " AND ")} GROUP BY 1 ORDER BY 1`,
  );
  return { quarters, now: now.toISOString() };
}

/**
 * Callbacks that should have been called by now, oldest promise first; one that waits for the morning is not late. Pages continue
 * as those of `listCallbacks` ordered by `due`.
 */
export async function listOverdue(
  ctx: ReadCtx,
  input: z.infer<typeof overdueInput>,
): Promise<z.infer<typeof overdueAnswer>> {
  const now = await readClock(ctx.db);
  const from = input.cursor ? placeOf(input.cursor, now) : null;
  const wanted: Sql[] = [isLate(sql`${now}::timestamptz`)];
  if (input.agentId)
    wanted.push(sql`(c.preferred_agent_id = ${input.agentId} OR c.accepted_by_agent_id = ${input.agentId})`);
  const found = await query(
    ctx.db,
    callbackAnswer.extend({ minutesOverdue: z.int(), ...placed }),
    sql`SELECT ${CALLBACK_COLUMNS}, floor(extract(epoch FROM ${now}::timestamptz - c.scheduled_for) / 60)::int AS "minutesOverdue", c.place
        FROM (${dueAfter(from, wanted, input.limit)}) c ORDER BY c.place, c.id`,
  );
  return pageOf(found, input.limit, from?.asOf ?? now);
}

/** One callback with everything that happened to it. Refuses `not_found`. */
export async function getCallback(
  ctx: ReadCtx,
  { id }: z.infer<typeof callbackIdInput>,
): Promise<z.infer<typeof callbackStoryAnswer>> {
  await mustBeOnDesk(ctx, id);
  const [callback] = await query(
    ctx.db,
    shownCallback,
    sql`SELECT ${SHOWN_COLUMNS} FROM callbacks c ${WITH_PEOPLE} WHERE c.id = ${id}`,
  );
  if (!callback) throw callbackNotFound(id);
  const [events, now] = [await findShownEvents(ctx.db, id), await readClock(ctx.db)];
  const { number, mark } = await findCalledNumber(ctx, id);
  const texts = await findTexts(ctx.db, id);
  return { ...callback, events, texts, dialLink: dialLink(ctx.limits.dialLink, number), mark, now: now.toISOString() };
}
