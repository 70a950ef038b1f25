import { z } from "zod";
import type { Db } from "#lib/database/db";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { isAbout, waitsUntil } from "#modules/callbacks";
import { TICK_LATE_AFTER_SECONDS } from "../rules.ts";

/** Finds the faults of one callback, as sentences; an empty list when there are none. */
export async function findWrong(db: Db, callbackId: number, limits: ReadCtx["limits"]): Promise<string[]> {
  const found = await query(
    db,
    z.object({ sentence: z.string() }),
    sql`
    WITH clock AS MATERIALIZED (SELECT ringback_now() AS now),
    c AS MATERIALIZED (SELECT * FROM callbacks WHERE id = ${callbackId}),
    open AS MATERIALIZED (SELECT * FROM c WHERE status IN ('pending', 'accepted')),
    q AS MATERIALIZED (
      SELECT q.* FROM live_entries q JOIN open c ON ${isAbout(sql`q`)}
    ),
    morning AS MATERIALIZED (SELECT c.*, ${waitsUntil(sql`clock.now`)} AS opens FROM open c, clock)
    SELECT 'It was set aside at ' || to_char(quarantined_at AT TIME ZONE 'UTC', 'HH24:MI') || ' UTC: ' || event_why AS sentence, 1 AS place
      FROM open WHERE quarantined_at IS NOT NULL
    UNION ALL
    SELECT 'Its user is not known any more; import the user or cancel it.', 2 FROM open c WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = c.user_id)
    UNION ALL
    SELECT 'Its number asked not to be called; cancel it or lift the mark.', 3 FROM open c JOIN called_numbers n ON n.callback_id = c.id WHERE n.do_not_call
    UNION ALL
    SELECT 'The number that it calls is wrong; import the right one, promise it for another, or cancel it.', 3 FROM open c JOIN called_numbers n ON n.callback_id = c.id WHERE n.wrong_number
    UNION ALL
    SELECT 'It has been due for ' || floor(extract(epoch FROM clock.now - c.scheduled_for) / 60) || ' minutes and has no queue entry.', 4
      FROM open c, clock WHERE c.scheduled_for < clock.now - interval '1 minute' AND NOT EXISTS (SELECT FROM q)
    UNION ALL
    SELECT 'The last tick was ' || floor(extract(epoch FROM clock.now - last.at)) || ' seconds ago; is the cron running?', 5
      FROM open, clock, (SELECT max(started_at) AS at FROM tick_runs) last WHERE last.at < clock.now - make_interval(secs => ${TICK_LATE_AFTER_SECONDS}::int)
    UNION ALL
    SELECT 'It waits with ' || p.name || ', who is away.', 6
      FROM q JOIN agent_presence p ON p.agent_id = q.assigned_to_agent_id, clock
      WHERE p.gone_since IS NOT NULL OR p.last_activity < clock.now - make_interval(secs => ${limits.agentGraceSeconds}::int)
    UNION ALL
    SELECT 'It is overdue and waits for an agent: nobody is free.', 7 FROM q, morning c, clock WHERE q.status = 'pending' AND c.scheduled_for < clock.now AND c.opens IS NULL
    UNION ALL
    SELECT 'It waits for ' || to_char(opens AT TIME ZONE zone, 'HH24:MI') || ' in ' || zone || ': it is '
           || to_char(clock.now AT TIME ZONE zone, 'HH24:MI') || ' there, an hour that nobody asked for.', 7
      FROM (SELECT m.*, coalesce((SELECT zone_of(u) FROM users u WHERE u.id = m.user_id), m.promised_zone) AS zone FROM morning m) m, clock WHERE opens IS NOT NULL
    UNION ALL
    SELECT 'It was snoozed ' || snoozes || ' times; no snooze is left.', 8 FROM open WHERE snoozes >= ${limits.snoozeLimit}::int
    UNION ALL
    SELECT 'Its events do not add up to what it is now; run npm run verify.', 9 FROM c
      WHERE (SELECT count(*) FROM callback_events e WHERE e.callback_id = c.id) <> c.event_seq
    ORDER BY place`,
  );
  return found.map(({ sentence }) => sentence);
}
