import { z } from "zod";
import type { Db } from "#lib/database/db";
import { isoUtc, query, sql } from "#lib/database/sql";
import { fateAt } from "#modules/callbacks";
import { wallboardAnswer } from "../wallboard-schema.ts";
import { COUNTS } from "./figures.ts";

const { quarters, ticks, week } = wallboardAnswer.shape;
const day = z.object({ quarters, ticks, week });

/**
 * Reads the day that began at `from` by quarter hour, including promises for later today: promises and their fates, waiting times,
 * and the ticks with their durations and gaps. Reads also the four weeks until `now` by the hour of the week in `timeZone`, as far
 * as they are decided. Quarter hours and hours without a promise are left out.
 */
export async function readDay(
  db: Db,
  { now, from, timeZone }: { now: Date; from: Date; timeZone: string },
): Promise<z.output<typeof day>> {
  const fate = fateAt(sql`${now}::timestamptz`);
  const [row] = await query(
    db,
    day,
    sql`
    WITH promises AS MATERIALIZED (
      SELECT c.promised_for, ${fate} AS fate,
             CASE WHEN c.first_taken_at IS NOT NULL THEN greatest(0, extract(epoch FROM c.first_taken_at - c.promised_for))::float8 END AS wait
      FROM callbacks c
      WHERE c.promised_for >= ${from}::timestamptz AND ${COUNTS}
        AND c.promised_for < (${from}::timestamptz AT TIME ZONE ${timeZone}::text + interval '1 day') AT TIME ZONE ${timeZone}::text
    ), quarters AS MATERIALIZED (
      SELECT date_bin('15 minutes', promised_for, ${from}::timestamptz) AS at, count(*) AS promised, count(*) FILTER (WHERE fate = 'kept') AS kept,
             count(*) FILTER (WHERE fate = 'open') AS open, count(*) FILTER (WHERE fate = 'missed') AS missed, percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS median, max(wait) AS longest
      FROM promises GROUP BY 1
    ), runs AS MATERIALIZED (
      SELECT t.started_at, extract(epoch FROM t.finished_at - t.started_at) * 1000 AS ms,
             extract(epoch FROM t.started_at - lag(t.started_at) OVER (ORDER BY t.started_at)) AS gap
      FROM tick_runs t WHERE t.started_at >= ${from}::timestamptz
    ), ticks AS MATERIALIZED (
      SELECT date_bin('15 minutes', started_at, ${from}::timestamptz) AS at, count(*) AS runs, max(ms) AS ms, max(gap) AS gap FROM runs GROUP BY 1
    ), four_weeks AS MATERIALIZED (
      -- By quarter hour first: no zone changes its clocks within one, and computing the local time of each promise is slow.
      SELECT date_bin('15 minutes', c.promised_for, ${from}::timestamptz) AS at,
             count(*) FILTER (WHERE ${fate} <> 'open') AS promised, count(*) FILTER (WHERE ${fate} = 'kept') AS kept
      FROM callbacks c
      WHERE c.promised_for > ${now}::timestamptz - interval '28 days' AND c.promised_for <= ${now}::timestamptz AND ${COUNTS}
      GROUP BY 1 HAVING count(*) FILTER (WHERE ${fate} <> 'open') > 0
    ), hours AS MATERIALIZED (
      SELECT extract(isodow FROM local) AS weekday, extract(hour FROM local) AS hour, sum(promised) AS promised, sum(kept) AS kept
      FROM four_weeks, LATERAL (SELECT at AT TIME ZONE ${timeZone}::text AS local) l GROUP BY 1, 2
    )
    SELECT
      (SELECT coalesce(jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`at`)}, 'promised', promised, 'kept', kept, 'open', open,
          'missed', missed, 'medianWaitSeconds', round(median), 'longestWaitSeconds', round(longest)) ORDER BY at), '[]')
        FROM quarters) AS quarters,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`at`)}, 'runs', runs, 'longestMs', round(ms),
          'longestGapSeconds', round(gap)) ORDER BY at), '[]') FROM ticks) AS ticks,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('weekday', weekday, 'hour', hour, 'promised', promised, 'kept', kept)
          ORDER BY weekday, hour), '[]') FROM hours) AS week`,
  );
  return row!;
}
