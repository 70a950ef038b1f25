import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

const lockedPromise = z.object({
  id: z.int(),
  userId: z.bigint(),
  status: z.string(),
  preferredAgentId: z.int().nullable(),
  acceptedByAgentId: z.int().nullable(),
});
const lockedEntry = z.object({
  id: z.int(),
  callbackId: z.int(),
  agentId: z.int().nullable(),
  isInCall: z.boolean(),
});
/** A callback with the live entry that is about it or covers it, both locked; in a call only while that call is about it. */
export type LockedPromise = z.infer<typeof lockedPromise> & { entry: z.infer<typeof lockedEntry> | null };

/** Locks these callbacks in order of their ids, then the live entries that name them, until the transaction ends. */
export async function lockPromises(db: Db, ids: readonly number[]): Promise<LockedPromise[]> {
  const callbacks = await query(
    db,
    lockedPromise,
    sql`SELECT id, user_id AS "userId", status, preferred_agent_id AS "preferredAgentId", accepted_by_agent_id AS "acceptedByAgentId"
        FROM callbacks WHERE id = ANY (${ids}::int[]) ORDER BY id FOR UPDATE`,
  );
  const entries = await query(
    db,
    lockedEntry,
    sql`SELECT q.id, n.id AS "callbackId", q.assigned_to_agent_id AS "agentId",
               q.call_session_id IS NOT NULL AND n.id = q.callback_id AS "isInCall"
        FROM live_entries q CROSS JOIN unnest(array_append(q.named_callback_ids, q.callback_id)) AS n(id)
        WHERE q.user_id = ANY (${[...new Set(callbacks.map(({ userId }) => String(userId)))]}::text[]::bigint[]) AND n.id = ANY (${ids}::int[])
        ORDER BY q.id FOR UPDATE OF q`,
  );
  const entryOf = new Map(entries.map((entry) => [entry.callbackId, entry]));
  return callbacks.map((callback) => ({ ...callback, entry: entryOf.get(callback.id) ?? null }));
}
