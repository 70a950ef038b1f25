import { type Sql, sql } from "#lib/database/sql";

/**
 * Whether the kept answer `k.answer` is about the user: it names the user, one of the user's callbacks, one of the calls, or one of
 * these addresses as a recipient, however deep. Every answer with a name, a phone number or a reason in it does.
 */
export function isAbout(userId: bigint, addresses: Sql): Sql {
  return sql`EXISTS (
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.userId') AS named(id) WHERE named.id #>> '{}' = ${userId}::bigint::text
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.customerId') AS named(id) WHERE named.id #>> '{}' = ${userId}::bigint::text
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.recipient') AS named(id) WHERE named.id #>> '{}' = ANY (${addresses})
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.callbackId') AS named(id)
    WHERE named.id #>> '{}' IN (SELECT id::text FROM callbacks WHERE user_id = ${userId})
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.callSessionId') AS named(id)
    WHERE named.id #>> '{}' IN (SELECT id::text FROM call_sessions WHERE user_id = ${userId}))`;
}
