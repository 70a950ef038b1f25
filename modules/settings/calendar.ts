import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { shownActor } from "#lib/identity/shown-actor";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { forgetLimits } from "#lib/base/limits";
import { execute, query, sql } from "#lib/database/sql";
import { isZone } from "#lib/time/zone";
import { arePossibleHours, closedWhy } from "#modules/call-queue";
import { type calendarAnswer, type calendarInput, deskCalendar } from "./schema.ts";

/**
 * The opening hours of the desk and who set them; null: they are not set, and the desk counts as always open. With the number of
 * open promises to come at which the desk is closed, if any: a holiday may be set after promises for that day were made.
 */
export async function showDeskCalendar(ctx: ReadCtx): Promise<z.infer<typeof calendarAnswer>> {
  const stored = await storedCalendar(ctx);
  const whenClosed = stored.calendar && (await promisesWhenClosed(ctx, stored.calendar));
  return { ...stored, ...(whenClosed && { whenClosed }) };
}

async function storedCalendar(ctx: ReadCtx): Promise<z.infer<typeof calendarAnswer>> {
  const [row] = await query(
    ctx.db,
    z.object({ calendar: deskCalendar, changedBy: z.string(), changedAt: z.date() }),
    sql`SELECT calendar, ${shownActor(sql`changed_by`)} AS "changedBy", changed_at AS "changedAt" FROM desk_calendar`,
  );
  if (!row) return { calendar: null, changedBy: null, changedAt: null };
  return { ...row, changedAt: row.changedAt.toISOString() };
}

/** The most promises to come that are compared with the opening hours. */
const COMPARED = 1_000;

/** Promises that were made before the desk was closed at their time, or in spite of it: nobody moves them but a person. */
async function promisesWhenClosed(
  { db }: ReadCtx,
  calendar: z.infer<typeof deskCalendar>,
): Promise<{ promises: number; first: string } | null> {
  const ahead = await query(
    db,
    z.object({ at: z.date(), promises: z.int() }),
    sql`SELECT at, count(*)::int AS promises FROM (
          SELECT scheduled_for AS at FROM callbacks
          WHERE status IN ('pending', 'accepted') AND scheduled_for > ringback_now() ORDER BY scheduled_for LIMIT ${COMPARED}::int
        ) ahead GROUP BY at ORDER BY at`,
  );
  const closed = ahead.filter(({ at }) => closedWhy(calendar, at) !== null);
  const [first] = closed;
  if (!first) return null;
  return { promises: closed.reduce((sum, { promises }) => sum + promises, 0), first: first.at.toISOString() };
}

/**
 * Sets the opening hours of the desk; null: always open. The change takes effect in every instance within five seconds, for times
 * that are chosen from then on. Refuses `invalid_input` for an unknown zone, hours that end when they begin, and a date that
 * comes twice.
 */
export async function setDeskCalendar(
  ctx: Ctx,
  { calendar }: z.infer<typeof calendarInput>,
): Promise<z.infer<typeof calendarAnswer>> {
  if (calendar) mustBePossible(calendar);
  const { actor } = ctx;
  await inTransaction(ctx, async (tx) => {
    // Of two simultaneous changes one waits for the other.
    await execute(tx.db, sql`LOCK TABLE desk_calendar IN SHARE ROW EXCLUSIVE MODE`);
    const before = await storedCalendar(tx);
    await execute(tx.db, sql`DELETE FROM desk_calendar`);
    if (calendar)
      await execute(
        tx.db,
        sql`INSERT INTO desk_calendar (id, calendar, changed_by, changed_at)
            VALUES (1, ${JSON.stringify(calendar)}::jsonb, ${describeActor(actor)}, ${ctx.now}::timestamptz)`,
      );
    const details = { from: before.calendar, to: calendar };
    await writeAudit(tx.db, { actor, action: "calendar.changed", subject: "calendar", details });
  });
  forgetLimits();
  return showDeskCalendar(ctx);
}

function mustBePossible({ timeZone, week, holidays }: z.infer<typeof deskCalendar>): void {
  if (!isZone(timeZone))
    throw new Refusal("invalid_input", `${timeZone} is not a time zone; send an IANA name such as Europe/London.`);
  const turned = week.find((day) => day !== null && !arePossibleHours(day));
  if (turned)
    throw new Refusal(
      "invalid_input",
      `${turned.opens} to ${turned.closes} is no time; a desk that never closes opens and closes at 00:00.`,
    );
  const twice = holidays.find(({ date }, n) => holidays.findIndex((one) => one.date === date) !== n);
  if (twice) throw new Refusal("invalid_input", `${twice.date} comes twice; name each holiday once.`);
}
