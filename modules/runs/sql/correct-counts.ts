import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { countedItems } from "./counts.ts";

/**
 * Corrects the counts of a run by the difference to its items, and returns how many rows differed. Differences are added, not
 * written over: statements that end items meanwhile add their own part.
 */
export async function correctCounts(tx: Pick<Ctx, "db">, runId: number): Promise<number> {
  return execute(
    tx.db,
    sql`WITH items AS MATERIALIZED (${countedItems(sql`run_id = ${runId}`)}),
          delta AS MATERIALIZED (
            SELECT run_id, model_id, part, sum(total) AS total, sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled,
                   sum(live) AS live, sum(throttled) AS throttled, sum(tokens) AS tokens
            FROM (SELECT * FROM items UNION ALL
                  SELECT run_id, model_id, part, -total, -completed, -failed, -cancelled, -live, -throttled, -tokens
                  FROM run_counts WHERE run_id = ${runId}) both_sides GROUP BY 1, 2, 3
          )
          INSERT INTO run_counts AS c SELECT * FROM delta
          WHERE (total, completed, failed, cancelled, live, throttled, tokens) <> (0, 0, 0, 0, 0, 0, 0) ORDER BY run_id, model_id, part
          ON CONFLICT (run_id, model_id, part) DO UPDATE SET total = c.total + EXCLUDED.total, completed = c.completed + EXCLUDED.completed,
            failed = c.failed + EXCLUDED.failed, cancelled = c.cancelled + EXCLUDED.cancelled, live = c.live + EXCLUDED.live,
            throttled = c.throttled + EXCLUDED.throttled, tokens = c.tokens + EXCLUDED.tokens`,
  );
}
