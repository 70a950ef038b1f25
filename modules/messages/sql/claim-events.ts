import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
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
 * storing them twice has its effect once. The function is in the migration `messages_claim_in_order`.
 */
export async function claimEvents(ctx: Pick<Ctx, "db" | "now">, limit: number, leaseMs: number): Promise<Received[]> {
  return queryDirect(
    ctx.db,
    received,
    sql`SELECT id::text, event, attempt, receipt::text, queued_at AS "queuedAt"
        FROM claim_message_events(${limit}::int, ${ctx.now}::timestamptz, ${leaseMs}::float8) ORDER BY claim_message_events.receipt`,
  );
}
