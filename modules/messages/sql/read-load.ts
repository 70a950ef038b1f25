import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { isUnserved } from "../queue/served.ts";
import { IS_DEAD } from "./dead.ts";

const row = z.object({
  /** Accepted, and not stored yet. */
  depth: z.int(),
  /** Seconds since the oldest of these was accepted; null without one. */
  oldest: z.number().nullable(),
  /** How many of these no worker takes, in the queues that hold such. */
  unserved: z.array(z.object({ queue: z.string(), count: z.int() })),
  active: z.int(),
  waiting: z.int(),
  unsure: z.int(),
  held: z.int(),
  dead: z.int(),
});

/** Counts the messages that wait at `now`: in the queue, in each state that has not ended, and those that somebody could redrive. */
export async function readLoad(ctx: ReadCtx, now: Date): Promise<z.infer<typeof row>> {
  const [load] = await query(
    ctx.db,
    row,
    sql`SELECT k.depth, k.oldest, s.*, coalesce((SELECT jsonb_agg(u) FROM (
            SELECT queue_backend AS queue, count(*)::int AS count FROM message_keys k
            WHERE settled_at IS NULL AND queued_at IS NOT NULL AND ${isUnserved(ctx)} GROUP BY 1) u), '[]') AS unserved,
          (SELECT count(*)::int FROM messages m WHERE ${IS_DEAD}) + (SELECT count(*)::int FROM message_queue WHERE dead_at IS NOT NULL) AS dead FROM
          (SELECT count(*)::int AS depth, extract(epoch FROM ${now}::timestamptz - min(accepted_at))::float8 AS oldest
           FROM message_keys WHERE settled_at IS NULL AND queued_at IS NOT NULL) k,
          (SELECT count(*) FILTER (WHERE state = 'sending')::int AS active, count(*) FILTER (WHERE state = 'stored')::int AS waiting,
                  count(*) FILTER (WHERE state = 'unsure')::int AS unsure, count(*) FILTER (WHERE state = 'held')::int AS held
           FROM messages WHERE state IN ('sending', 'stored', 'unsure', 'held')) s`,
  );
  return load!;
}
