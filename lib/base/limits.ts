import { z } from "zod";
import { monotonic } from "#lib/time/clock";
import type { Db } from "#lib/database/db";
import type { DeskCalendar } from "#lib/time/desk-calendar";
import { env, type Limits, limitsOf } from "#lib/base/env";
import { query, sql } from "#lib/database/sql";

/** How old what this instance knows of the settings may be. */
const FRESH_MS = 5_000;

let known: { at: number; limits: Promise<Limits> } | undefined;

/** The limits of the desk: what supervisors have set, else the environment's. At most five seconds old. */
export function currentLimits(db: Db): Promise<Limits> {
  const now = monotonic();
  if (!known || now - known.at > FRESH_MS) known = { at: now, limits: readLimits(db) };
  const { limits } = known;
  // Who comes next asks again.
  limits.catch(() => forgetLimits());
  return limits;
}

/** The limits are read anew when they are needed next. */
export function forgetLimits(): void {
  known = undefined;
}

async function readLimits(db: Db): Promise<Limits> {
  const rows = await query(
    db,
    z.object({ name: z.string(), value: z.int() }),
    sql`SELECT name, value FROM desk_settings`,
  );
  const [desk] = await query(
    db,
    z.object({ calendar: z.custom<DeskCalendar>() }),
    sql`SELECT calendar FROM desk_calendar`,
  );
  const calendar = desk?.calendar ?? null;
  return { ...limitsOf(env()), calendar, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) };
}
