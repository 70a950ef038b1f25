import { type Sql, sql } from "#lib/database/sql";

/**
 * When an agent did the action with this id, if its browser could not send it at once; null for an action that arrived within a
 * minute, and for an id that is no action.
 */
export function doneAtOf(actionId: Sql): Sql {
  return sql`(SELECT d.done_at FROM desk_actions d WHERE d.id = ${actionId} AND d.applied_at - d.done_at >= interval '1 minute')`;
}
