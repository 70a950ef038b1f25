import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { hasMessages, holdCustomer } from "#modules/messages";
import { personNotFound, userIdOf } from "../store.ts";

/**
 * Locks the person, so that no promise, no call and no message begins until the transaction ends. Refuses `not_found` when nothing
 * is stored about this id; a user whom the importing system removed may still have callbacks, calls and messages.
 */
export async function lockPerson(db: Db, customerId: string): Promise<void> {
  const userId = userIdOf(customerId);
  const [user] = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`,
  );
  await holdCustomer(db, customerId);
  if (user || (await hasMessages(db, customerId))) return;
  const [{ isKnown } = { isKnown: false }] = await query(
    db,
    z.object({ isKnown: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM callbacks WHERE user_id = ${userId}) OR EXISTS (SELECT FROM call_sessions WHERE user_id = ${userId})
            OR EXISTS (SELECT FROM call_queue WHERE user_id = ${userId}) AS "isKnown"`,
  );
  if (!isKnown) throw personNotFound(customerId);
}
