import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";

/**
 * Removes the waiting entries of these callbacks and the waiting regular entries of these users, and takes the callbacks out of
 * the entries that cover them. An entry in a call stays, without them. The caller holds the locks of the callbacks; `ownerIds`
 * are their users.
 */
export async function removeWaiting(
  { db, now }: Ctx,
  {
    callbackIds,
    ownerIds,
    userIds,
  }: Record<"ownerIds" | "userIds", readonly bigint[]> & { callbackIds: readonly number[] },
  reason: string,
): Promise<void> {
  const ids = sql`${callbackIds}::int[]`;
  const live = sql`q.user_id = ANY (${[...userIds, ...ownerIds].map(String)}::text[]::bigint[])`;
  await query(
    db,
    z.object({ id: z.int() }),
    sql`SELECT q.id FROM live_entries q WHERE ${live} ORDER BY q.id FOR UPDATE`,
  );
  const leaves = sql`(q.call_session_id IS NULL AND (coalesce(q.callback_id = ANY (${ids}), false)
                      OR (q.callback_id IS NULL AND q.user_id = ANY (${userIds.map(String)}::text[]::bigint[]))))`;
  await execute(
    db,
    sql`WITH removed AS (
          UPDATE live_entries q SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = ${reason} WHERE ${live} AND ${leaves}
        )
        UPDATE live_entries q
        SET named_callback_ids = ARRAY(SELECT n.id FROM unnest(q.named_callback_ids) WITH ORDINALITY AS n(id, place)
                                       WHERE n.id <> ALL (${ids}) ORDER BY n.place)
        WHERE ${live} AND NOT ${leaves} AND q.named_callback_ids && ${ids}`,
  );
}
