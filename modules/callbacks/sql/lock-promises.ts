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
/** A callback with its live entry, both locked. */
export type LockedPromise = z.infer<typeof lockedPromise> & { entry: z.infer<typeof lockedEntry> | null };

/** Locks these callbacks in order of their ids, then their live entries, until the transaction ends. */
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
    sql`SELECT id, callback_id AS "callbackId", assigned_to_agent_id AS "agentId", call_session_id IS NOT NULL AS "isInCall"
        FROM live_entries WHERE callback_id = ANY (${ids}::int[]) ORDER BY id FOR UPDATE`,
  );
  const entryOf = new Map(entries.map((entry) => [entry.callbackId, entry]));
  return callbacks.map((callback) => ({ ...callback, entry: entryOf.get(callback.id) ?? null }));
}
