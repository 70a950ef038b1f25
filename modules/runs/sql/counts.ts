import { type Sql, sql } from "#lib/database/sql";

/** Sums the items of the runs that meet a condition on `run_id`; the same sums as `run_counts` holds. */
export const countedItems = (which: Sql): Sql => sql`
  SELECT run_id, model_id, hashint4(place) & 15 AS part, count(*) AS total, count(*) FILTER (WHERE state = 'completed') AS completed,
         count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
         count(*) FILTER (WHERE is_live) AS live, count(*) FILTER (WHERE is_live AND throttled_since IS NOT NULL) AS throttled,
         coalesce(sum(coalesce(tokens_in, 0) + coalesce(tokens_out, 0)) FILTER (WHERE state IN ('completed', 'failed')), 0)::bigint AS tokens
  FROM run_items WHERE ${which} GROUP BY 1, 2, 3`;
