import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { userNotFound } from "../store.ts";

/**
 * Locks the user, so that no promise and no call begins until the transaction ends. Refuses `not_found` when nothing
 * is stored about this id; a user whom the importing system removed may still have callbacks and calls.
 */
export async function lockUser(db: Db, userId: bigint): Promise<void> {
  const [user] = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`,
  );
  if (user) return;
  const [{ isKnown } = { isKnown: false }] = await query(
    db,
    z.object({ isKnown: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM callbacks WHERE user_id = ${userId}) OR EXISTS (SELECT FROM call_sessions WHERE user_id = ${userId})
            OR EXISTS (SELECT FROM call_queue WHERE user_id = ${userId}) OR EXISTS (SELECT FROM message_conversations WHERE user_id = ${userId})
            OR EXISTS (SELECT FROM message_keys WHERE lane IN (${`sms ${userId}`}, ${`email ${userId}`}) AND settled_at IS NULL) AS "isKnown"`,
  );
  if (!isKnown) throw userNotFound(userId);
}
