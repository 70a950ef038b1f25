import { type Actor, describeActor } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";

/** `subject` names one thing: "agent 7", "key 3". `details` holds no names, numbers or secrets of people. */
export type AuditEntry = { actor: Actor; action: string; subject: string; details?: Record<string, unknown> };

/**
 * Writes an action on staff, keys, users or agents into the audit, in the transaction of the action. The database itself records
 * changes of callbacks, as events. Entries never change.
 */
export async function writeAudit(db: Db, entry: AuditEntry): Promise<void> {
  await writeAudits(db, [entry]);
}

/** Writes many entries at once. */
export async function writeAudits(db: Db, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ actor, details = {}, ...entry }) => ({ ...entry, details, actor: describeActor(actor) }));
  await execute(
    db,
    sql`INSERT INTO audit_entries (at, actor, action, subject, details)
        SELECT ringback_now(), actor, action, subject, details
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x(actor text, action text, subject text, details jsonb)`,
  );
}
