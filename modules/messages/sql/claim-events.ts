import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { sql, UNFLUSHED } from "#lib/database/sql";
import type { Received } from "../queue/port.ts";

/** An entry in the hands of a worker. */
export const received = z.object({
  id: z.string(),
  event: z.unknown(),
  attempt: z.int(),
  receipt: z.string(),
  queuedAt: z.date(),
});

/**
 * Claims up to `limit` events that are available, the longest available first, for `leaseMs` milliseconds; then others may claim them.
 * Simultaneous receivers get different events. A crash of the database may undo the claim; then the events are received again, and
 * storing them twice has its effect once.
 */
export async function claimEvents(ctx: Pick<Ctx, "db" | "now">, limit: number, leaseMs: number): Promise<Received[]> {
  return queryDirect(
    ctx.db,
    received,
    sql`WITH due AS MATERIALIZED (
              SELECT seq FROM message_queue WHERE dead_at IS NULL AND available_at <= ${ctx.now}::timestamptz AND ${UNFLUSHED}
              ORDER BY available_at, seq LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
            ), claimed AS (
              UPDATE message_queue q SET attempt = attempt + 1, is_leased = true,
                     available_at = ${ctx.now}::timestamptz + ${leaseMs}::float8 * interval '1 millisecond'
              WHERE seq = ANY (ARRAY(SELECT seq FROM due)) RETURNING *
            )
            SELECT id::text, event, attempt, seq::text AS receipt, queued_at AS "queuedAt" FROM claimed ORDER BY seq`,
    { isPlannedAnew: true },
  );
}
