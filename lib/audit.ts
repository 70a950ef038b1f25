import { type Actor, describeActor } from "#lib/context";
import type { Db } from "#lib/db";
import { execute, sql } from "#lib/sql";

/** `subject` names one thing: "agent 7", "key 3". `details` holds no names, numbers or secrets of people. */
export type AuditEntry = { actor: Actor; action: string; subject: string; details?: Record<string, unknown> };

/**
 * Writes who did what to staff, keys, users and agents, in the transaction of the deed. What is done to callbacks is
 * written by the database itself, as events. Entries are never changed.
 */
export async function writeAudit(db: Db, { actor, action, subject, details = {} }: AuditEntry): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO audit_entries (at, actor, action, subject, details)
        VALUES (ringback_now(), ${describeActor(actor)}, ${action}, ${subject}, ${JSON.stringify(details)}::jsonb)`,
  );
}
