import { z } from "zod";
import { readClock } from "#lib/clock";
import type { ReadCtx } from "#lib/context";
import { type Cursor, cursorAfter } from "#lib/cursor";
import { dialLink } from "#lib/dial-link";
import { Refusal } from "#lib/errors";
import { joined, query, type Sql, sql } from "#lib/sql";
import { isLate } from "./fate.ts";
import { conditionsOf } from "./filter.ts";
import { mustBeOnDesk } from "./own-desk.ts";
import {
  type CallbackFilter,
  calendarAnswer,
  type calendarInput,
  callbackAnswer,
  type callbackIdInput,
  callbackStoryAnswer,
  type listAnswer,
  type overdueAnswer,
  type overdueInput,
  shownCallback,
} from "./schema.ts";
import { CALLBACK_COLUMNS, callbackNotFound, findShownEvents, SHOWN_COLUMNS, WITH_PEOPLE } from "./store.ts";

/** A month with its edges. */
const CALENDAR_DAYS = 31;

/**
 * A page of callbacks, newest or earliest first; `nextCursor` leads to the next ones and is null on the last page. A
 * search finds at most 200 users; more is no search yet.
 */
export async function listCallbacks(
  ctx: ReadCtx,
  input: CallbackFilter & { order?: "newest" | "due"; cursor?: Cursor | undefined; limit: number },
): Promise<z.infer<typeof listAnswer>> {
  const isDue = input.order === "due";
  const { cursor } = input;
  const beyond = cursor ? [isDue ? isDueAfter(cursor) : sql`c.id < ${cursor.id}::bigint`] : [];
  const wanted = [...conditionsOf(input), ...beyond];
  const order = isDue ? sql`c.scheduled_for, c.id` : sql`c.id DESC`;
  const callbacks = await query(
    ctx.db,
    shownCallback,
    sql`SELECT ${SHOWN_COLUMNS}
        FROM (SELECT * FROM callbacks c WHERE ${joined(wanted, " AND ")} ORDER BY ${order} LIMIT ${input.limit}) c ${WITH_PEOPLE}
        ORDER BY ${order}`,
  );
  return { callbacks, nextCursor: nextAfter(callbacks, input.limit), now: (await readClock(ctx.db)).toISOString() };
}

/** The row of the cursor may have another time by now; the page goes on from where it was shown. */
function isDueAfter({ at, id }: Cursor): Sql {
  return sql`(c.scheduled_for, c.id) > (${at}::timestamptz, ${id}::bigint)`;
}

/** How many callbacks are scheduled in each quarter of an hour. Refuses `invalid_input` for more than 31 days. */
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

/** What should have been called by now, oldest promise first; what waits for the morning is not late. */
export async function listOverdue(
  ctx: ReadCtx,
  input: z.infer<typeof overdueInput>,
): Promise<z.infer<typeof overdueAnswer>> {
  const wanted: Sql[] = [isLate(sql`clock.now`)];
  if (input.agentId)
    wanted.push(sql`(c.preferred_agent_id = ${input.agentId} OR c.accepted_by_agent_id = ${input.agentId})`);
  if (input.cursor) wanted.push(isDueAfter(input.cursor));
  const callbacks = await query(
    ctx.db,
    callbackAnswer.extend({ minutesOverdue: z.int() }),
    sql`WITH clock AS MATERIALIZED (SELECT ringback_now() AS now)
        SELECT ${CALLBACK_COLUMNS}, floor(extract(epoch FROM clock.now - c.scheduled_for) / 60)::int AS "minutesOverdue"
        FROM callbacks c, clock WHERE ${joined(wanted, " AND ")} ORDER BY c.scheduled_for, c.id LIMIT ${input.limit}`,
  );
  return { callbacks, nextCursor: nextAfter(callbacks, input.limit) };
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
  const { number, mark } = await findNumber(ctx, id);
  return { ...callback, events, dialLink: dialLink(ctx.limits.dialLink, number), mark, now: now.toISOString() };
}

const numberRow = callbackStoryAnswer.pick({ mark: true }).extend({ number: z.string().nullable() });

/** The number that is called, and what is known against calling it. */
async function findNumber({ db }: ReadCtx, callbackId: number): Promise<z.infer<typeof numberRow>> {
  const [row] = await query(
    db,
    numberRow,
    sql`SELECT n.number,
               CASE WHEN n.do_not_call THEN jsonb_build_object('kind', 'do_not_call', 'why', coalesce(p.do_not_call_why, 'The user asked not to be called.'))
                    WHEN n.wrong_number THEN jsonb_build_object('kind', 'wrong_number', 'why', coalesce(p.wrong_why, 'Somebody else answered: the number is wrong.')) END AS mark
        FROM called_numbers n LEFT JOIN phone_numbers p ON p.number = n.number WHERE n.callback_id = ${callbackId}`,
  );
  return row ?? { number: null, mark: null };
}

function nextAfter(page: readonly { id: number; scheduledFor: string | Date }[], limit: number): string | null {
  const last = page.length === limit ? page.at(-1) : undefined;
  return last ? cursorAfter(last.scheduledFor, last.id) : null;
}
