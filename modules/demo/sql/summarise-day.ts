import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { fateAt } from "#modules/callbacks";
import { demoDayAnswer } from "../schema.ts";

/** Summarises the day that ended within the last hour: every promise made in it, counted as all figures count. */
export async function summariseDay(db: ReadCtx["db"]): Promise<z.infer<typeof demoDayAnswer>["last"]> {
  const [last] = await query(
    db,
    demoDayAnswer.shape.last.unwrap(),
    sql`
    WITH day AS MATERIALIZED (
      SELECT started_at, ends_at FROM demo_days
      WHERE ends_at <= ringback_now() AND ends_at > ringback_now() - interval '1 hour' ORDER BY id DESC LIMIT 1
    ), promised AS MATERIALIZED (
      SELECT ${fateAt(sql`ringback_now()`)} AS fate FROM callbacks c, day
      WHERE c.created_at >= day.started_at AND c.created_at < day.ends_at AND c.status <> 'cancelled'
    )
    SELECT day.started_at AS "startedAt", day.ends_at AS "endedAt",
           (SELECT count(*)::int FROM promised) AS promised,
           (SELECT count(*)::int FROM promised WHERE fate = 'kept') AS "onTime",
           (SELECT count(*)::int FROM promised WHERE fate = 'missed') AS late,
           (SELECT count(*)::int FROM promised WHERE fate = 'open') AS "toCome",
           (SELECT count(DISTINCT s.agent_id)::int FROM agent_sessions s
            WHERE s.logout_at >= day.started_at AND s.logout_at < day.ends_at) AS "agentsLeft"
    FROM day`,
  );
  return last ?? null;
}
