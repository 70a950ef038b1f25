import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { TRANSPORTS } from "../rules.ts";

const reported = z.object({
  recipient: z.string(),
  sender: z.string(),
  channel: z.string(),
  transport: z.enum(TRANSPORTS).nullable(),
  /** When its last attempt began. */
  attemptedAt: z.date().nullable(),
  isErased: z.boolean(),
  traceParent: z.string().nullable(),
  /** The key under which it was accepted. */
  key: z.string(),
});
export type Reported = z.infer<typeof reported>;

/**
 * Locks the message that a report is about. Undefined for a report under the provider's id of an earlier delivery, before a redrive, or of
 * another message.
 */
export async function lockReported(db: Db, id: string, providerId: string): Promise<Reported | undefined> {
  const [row] = await query(
    db,
    reported,
    sql`SELECT m.recipient, m.sender, m.channel, m.transport, m.attempted_at AS "attemptedAt", m.erased_at IS NOT NULL AS "isErased", m.trace_parent AS "traceParent",
               (SELECT k.key FROM message_keys k WHERE k.id = m.id) AS key
        FROM messages m WHERE m.id = ${id}::uuid AND NOT ${providerId} = ANY (m.old_provider_ids)
          AND NOT EXISTS (SELECT FROM messages o WHERE o.transport = 'twilio' AND o.provider_id = ${providerId} AND o.direction = 'out' AND o.id <> ${id}::uuid)
        FOR UPDATE OF m`,
  );
  return row;
}
