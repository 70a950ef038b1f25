import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import type { Received } from "../queue/port.ts";
import { received } from "./claim-events.ts";

/** An entry as the broker holds it. */
export type Envelope = Readonly<{ id: string; event: unknown; queuedAt: string }>;

/**
 * Inserts entries of the broker, leased to the caller for `leaseMs` milliseconds, and returns them; an entry that is in the table already
 * is left out. Null stands for an entry that Ringback did not publish: it becomes a dead letter, as all do when there is a reason `why`.
 */
export async function insertEvents(
  { db, now }: Pick<Ctx, "db" | "now">,
  entries: readonly (Envelope | null)[],
  { leaseMs, why: given = null }: { leaseMs: number; why?: string | null },
): Promise<Received[]> {
  const all = entries.map((one) => ({
    id: one?.id ?? null,
    event: one?.event ?? null,
    queued_at: one?.queuedAt ?? now,
    why: one ? given : "It is no entry of this queue.",
  }));
  return queryDirect(
    db,
    received,
    sql`
    WITH given AS (
      SELECT coalesce(id, gen_random_uuid()) AS id, coalesce(event, 'null') AS event, queued_at, why
      FROM jsonb_to_recordset(${JSON.stringify(all)}::jsonb) AS g (id uuid, event jsonb, queued_at timestamptz, why text)
    ), kept AS (
      INSERT INTO message_queue (id, event, queued_at, dead_at, dead_why, is_leased, attempt, available_at)
      SELECT id, event, queued_at, CASE WHEN why IS NOT NULL THEN ${now}::timestamptz END, why, why IS NULL, (why IS NULL)::int,
             ${now}::timestamptz + CASE WHEN why IS NULL THEN ${leaseMs}::float8 ELSE 0 END * interval '1 millisecond'
      FROM given ON CONFLICT (id) DO NOTHING RETURNING *
    )
    SELECT id::text, event, attempt, seq::text AS receipt, queued_at AS "queuedAt" FROM kept WHERE dead_at IS NULL ORDER BY seq`,
  );
}
