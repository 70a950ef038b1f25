import { sql, type Sql } from "#lib/database/sql";

/**
 * Matches the actor of an entry: as it is stored, such as "agent 7", or by a part of the name of an agent, an account or an API
 * key.
 */
export function isActor(words: string): Sql {
  const isIn = (name: Sql) => sql`position(lower(${words}) IN lower(${name})) > 0`;
  return sql`(t.actor = ${words} OR t.actor IN (
    SELECT 'agent ' || id FROM agents WHERE ${isIn(sql`name`)}
    UNION ALL SELECT 'supervisor ' || id FROM staff_accounts WHERE ${isIn(sql`name`)}
    UNION ALL SELECT 'agent ' || agent_id FROM staff_accounts WHERE agent_id IS NOT NULL AND ${isIn(sql`name`)}
    UNION ALL SELECT 'key ' || id FROM api_keys WHERE ${isIn(sql`name`)}))`;
}
