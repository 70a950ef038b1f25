import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { type Cursor, cursorAfter, pageOf } from "#lib/base/cursor";
import { dialLink } from "#modules/call-queue";
import { Refusal } from "#lib/base/errors";
import { spacedNumber } from "#lib/base/phone";
import { joined, query, sql, type Sql } from "#lib/database/sql";
import { isLate } from "./fate.ts";
import { conditionsOf, isWith, ONLY } from "./filter.ts";
import { mustBeOnDesk } from "./own-desk.ts";
import {
  calendarAnswer,
  type calendarInput,
  callbackAnswer,
  type CallbackFilter,
  type callbackIdInput,
  type callbackStoryAnswer,
  type listAnswer,
  type Order,
  type overdueAnswer,
  type overdueInput,
  shownCallback,
} from "./schema.ts";
import { CALLBACK_COLUMNS, callbackNotFound } from "./store.ts";
import { findShownEvents } from "./sql/find-shown-events.ts";
import { findTexts } from "./sql/find-texts.ts";
import { SHOWN_COLUMNS, WITH_PEOPLE } from "./sql/with-people.ts";
import { dueAfter, type Place } from "./sql/due-after.ts";
import { isSorted, sortedAfter } from "./sql/sorted-after.ts";
import { findCalledNumber } from "./sql/find-called-number.ts";

/** A month, with the days of other months that a calendar shows before and after it. */
const CALENDAR_DAYS = 31;

/**
 * A page of callbacks in the given order; `nextCursor` leads to the next page and is null on the last. A reader of all pages sees
 * each matching callback exactly once: newest first or earliest due first also when its time changes between two pages, in another
 * order unless what it is sorted by changes meanwhile. A callback that is made meanwhile appears when the first page is read again.
 * A search finds at most 200 users.
 */
export async function listCallbacks(
  ctx: ReadCtx,
  input: CallbackFilter & { order?: Order; cursor?: Cursor | undefined; limit: number },
): Promise<z.infer<typeof listAnswer>> {
  const now = await readClock(ctx.db);
  const from = input.cursor ? placeOf(input.cursor, now) : null;
  const wanted = conditionsOf(input);
  const { page, order } = pageAfter(input.order ?? "newest", from, wanted, input.limit + 1);
  const found = await query(
    ctx.db,
    shownCallback.extend(placed),
    sql`SELECT ${SHOWN_COLUMNS}, c.place, c.key FROM (${page}) c ${WITH_PEOPLE} ORDER BY ${order}`,
  );
  return { ...answerOf(found, input.limit, from?.asOf ?? now), now: now.toISOString() };
}

const placed = { place: z.date(), key: z.string().nullable() };

/** The place in a cursor: an id, the instant of its first page, and the key of a list that is sorted by a column. */
function placeOf({ at, id: rest }: Cursor, now: Date): Place & { key: string } {
  const [, id = "", asOf, key = ""] = rest.match(/^([0-9]+)(?:@([0-9]+))?(?:~(.*))?$/) ?? [];
  return { at, id, asOf: asOf === undefined ? now : new Date(Number(asOf)), key: textOf(key) };
}

/** PostgreSQL takes no text with a zero byte. */
function textOf(key: string): string {
  return Buffer.from(key, "base64url").toString().replaceAll("\0", "");
}

type Page = { page: Sql; order: Sql };

/** The next `limit` callbacks in this order, and the order again for the rows that are joined to them. */
function pageAfter(order: Order, from: (Place & { key: string }) | null, wanted: readonly Sql[], limit: number): Page {
  if (isSorted(order)) return { page: sortedAfter(order, from, wanted, limit), order: sql`c.key, c.id` };
  const page = {
    due: () => dueAfter(from, wanted, limit),
    latest: () => latestAfter(from, wanted, limit),
    newest: () => newestAfter(from, wanted, limit),
  }[order]();
  const orders = { due: sql`c.place, c.id`, latest: sql`c.place DESC, c.id DESC`, newest: sql`c.id DESC` };
  return { page: sql`SELECT p.*, NULL AS key FROM (${page}) p`, order: orders[order] };
}

/** The next `limit` callbacks, the latest time first. */
function latestAfter(from: Place | null, wanted: readonly Sql[], limit: number): Sql {
  const beyond = from ? [sql`(c.scheduled_for, c.id) < (${from.at}::timestamptz, ${from.id}::bigint)`] : [];
  return sql`SELECT c.*, c.scheduled_for AS place FROM callbacks c WHERE ${joined([...wanted, ...beyond], " AND ")}
             ORDER BY c.scheduled_for DESC, c.id DESC LIMIT ${limit}`;
}

/** The next `limit` callbacks with a lower id. Ids never change. */
function newestAfter(from: Place | null, wanted: readonly Sql[], limit: number): Sql {
  const beyond = from ? [sql`c.id < ${from.id}::bigint`] : [];
  return sql`SELECT c.*, c.scheduled_for AS place FROM callbacks c WHERE ${joined([...wanted, ...beyond], " AND ")}
             ORDER BY c.id DESC LIMIT ${limit}`;
}

/** A page as it is answered, and the cursor of the next page; null when this is the last. */
function answerOf<C extends { id: number; place: Date; key?: string | null }>(
  found: readonly C[],
  limit: number,
  asOf: Date,
): { callbacks: Omit<C, "place" | "key">[]; nextCursor: string | null } {
  const { page, last } = pageOf(found, limit);
  const key = last?.key ? `~${Buffer.from(last.key).toString("base64url")}` : "";
  const nextCursor = last ? cursorAfter(last.place, `${last.id}@${asOf.getTime()}${key}`) : null;
  return { callbacks: page.map(({ place: _place, key: _key, ...callback }) => callback), nextCursor };
}

/** The number of callbacks scheduled in each quarter of an hour, and how many of them are late, as the list has it. Refuses `invalid_input` for more than 31 days. */
export async function showCalendar(
  ctx: ReadCtx,
  input: z.infer<typeof calendarInput>,
): Promise<z.infer<typeof calendarAnswer>> {
  const days = (Date.parse(input.to) - Date.parse(input.from)) / 86_400_000;
  if (days <= 0 || days > CALENDAR_DAYS)
    throw new Refusal("invalid_input", `Ask for at most ${CALENDAR_DAYS} days, with \`from\` before \`to\`.`);
  const now = await readClock(ctx.db);
  const quarters = await query(
    ctx.db,
    calendarAnswer.shape.quarters.element,
    sql`SELECT date_bin('15 minutes', c.scheduled_for, 'epoch') AS at, count(*)::int AS callbacks,
               count(*) FILTER (WHERE ${ONLY.late})::int AS late
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
  if (input.agentId) wanted.push(isWith(input.agentId));
  const found = await query(
    ctx.db,
    callbackAnswer.extend({ minutesOverdue: z.int(), place: z.date() }),
    sql`SELECT ${CALLBACK_COLUMNS}, floor(extract(epoch FROM ${now}::timestamptz - c.scheduled_for) / 60)::int AS "minutesOverdue", c.place
        FROM (${dueAfter(from, wanted, input.limit + 1)}) c ORDER BY c.place, c.id`,
  );
  return answerOf(found, input.limit, from?.asOf ?? now);
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
  if (!callback) throw callbackNotFound(id, ctx.actor);
  const [events, now] = [await findShownEvents(ctx.db, id), await readClock(ctx.db)];
  const { number, mark } = await findCalledNumber(ctx, id);
  const texts = await findTexts(ctx.db, id);
  return {
    ...callback,
    events,
    texts,
    spacedPhone: spacedNumber(number) ?? callback.userPhone,
    dialLink: dialLink(ctx.limits.dialLink, number),
    mark,
    now: now.toISOString(),
  };
}
