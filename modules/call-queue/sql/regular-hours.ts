import { z } from "zod";
import type { Db } from "#lib/database/db";
import type { DecentHours } from "../decent-hours.ts";
import { execute, query, type Sql, sql } from "#lib/database/sql";

/** Maximum entries that one tick moves; the others are not offered meanwhile, and the next tick moves them. */
const MAX = 20_000;

/**
 * The current or next decent hours of each zone that `zones` selects as `zone`; as JSON, an object with `from` and `until` under
 * the name of each zone. A statement about many entries then only looks hours up.
 */
export async function hoursByZone(db: Db, zones: Sql, hours: DecentHours, now: Date): Promise<string> {
  const rows = await query(db, z.object({ zone: z.string() }), zones);
  return JSON.stringify(Object.fromEntries(rows.map(({ zone }) => [zone, hours.around(now, zone)])));
}

const IS_FREE: Sql = sql`q.call_session_id IS NULL AND q.callback_id IS NULL`;

const hoursOver = (now: Date): Sql =>
  sql`live_entries q JOIN users u ON u.id = q.user_id WHERE ${IS_FREE} AND q.available_until <= ${now}::timestamptz`;

/** A condition: `moveToNextHours` would move an entry. */
export const haveHoursOver = (now: Date): Sql => sql`EXISTS (SELECT FROM ${hoursOver(now)})`;

/** Moves regular entries whose hours have ended to the next hours of their users. */
export async function moveToNextHours(db: Db, hours: DecentHours, now: Date): Promise<void> {
  const over = hoursOver(now);
  const byZone = await hoursByZone(db, sql`SELECT DISTINCT zone_of(u) AS zone FROM ${over}`, hours, now);
  await execute(
    db,
    sql`WITH picked AS MATERIALIZED (
          SELECT q.id, ${byZone}::jsonb -> zone_of(u) AS next FROM ${over}
          ORDER BY q.available_until LIMIT ${MAX} FOR UPDATE OF q SKIP LOCKED
        )
        UPDATE live_entries q SET available_from = (next ->> 'from')::timestamptz, available_until = (next ->> 'until')::timestamptz
        FROM picked WHERE q.id = picked.id AND ${IS_FREE} AND picked.next IS NOT NULL`,
  );
}

const overslept = (now: Date): Sql =>
  sql`call_queue WHERE status = 'pending' AND is_asleep AND available_from <= ${now}::timestamptz`;

/** A condition: `wakeEntries` would wake an entry. */
export const haveOverslept = (now: Date): Sql => sql`EXISTS (SELECT FROM ${overslept(now)})`;

/** Marks entries whose time has come as awake, where a claim finds them in one index step. */
export async function wakeEntries(db: Db, now: Date): Promise<void> {
  await execute(
    db,
    sql`WITH due AS MATERIALIZED (
          SELECT id FROM ${overslept(now)}
          ORDER BY available_from LIMIT ${MAX} FOR UPDATE SKIP LOCKED
        )
        UPDATE call_queue q SET is_asleep = false FROM due WHERE q.id = due.id AND q.status = 'pending'`,
  );
}

/** Ends the hours of the waiting entries of these users: their zone has changed, and the next tick computes the hours again. */
export async function endHours(db: Db, userIds: readonly bigint[], now: Date): Promise<void> {
  if (userIds.length === 0) return;
  await execute(
    db,
    sql`UPDATE live_entries SET available_until = ${now}::timestamptz
        WHERE user_id = ANY (${userIds.map(String)}::text[]::bigint[])
          AND call_session_id IS NULL AND available_until > ${now}::timestamptz`,
  );
}
