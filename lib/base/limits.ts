import { z } from "zod";
import { monotonic } from "#lib/time/clock";
import type { Db } from "#lib/database/db";
import { env, type Limits } from "#lib/base/env";
import { query, sql } from "#lib/database/sql";

/** Maximum age of this instance's copy of the settings. */
const FRESH_MS = 5_000;

/** The limits that supervisors have set. */
type Settings = Partial<Limits>;

let known: { at: number; set: Promise<Settings> } | undefined;

/** The limits in force: those that supervisors have set, at most five seconds old, else those of the environment. */
export async function currentLimits(db: Db, environment: Limits = env().limits): Promise<Limits> {
  const now = monotonic();
  if (!known || now - known.at > FRESH_MS) known = { at: now, set: readSettings(db) };
  const { set } = known;
  // The next call reads the settings again.
  set.catch(() => forgetLimits());
  return { ...environment, ...(await set) };
}

/** Drops the copy of the settings, so that the next call reads them again. */
export function forgetLimits(): void {
  known = undefined;
}

async function readSettings(db: Db): Promise<Settings> {
  const rows = await query(
    db,
    z.object({ name: z.string(), value: z.int() }),
    sql`SELECT name, value FROM desk_settings`,
  );
  const [desk] = await query(
    db,
    z.object({ calendar: z.custom<Limits["calendar"]>(), queueNames: z.record(z.string(), z.string()) }),
    sql`SELECT (SELECT calendar FROM desk_calendar) AS calendar,
               (SELECT coalesce(jsonb_object_agg(queue_type, name), '{}') FROM desk_queue_names) AS "queueNames"`,
  );
  return { ...desk!, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) };
}
