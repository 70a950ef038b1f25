import { type Sql, sql } from "#lib/database/sql";
import { userOf } from "#modules/messages";

/**
 * Whether the stored answer `k.answer` is about the person: at any depth it names the user or customer, one of the user's
 * callbacks, one of the calls, or one of these addresses as a recipient. Every answer that holds a name, a phone number or a
 * reason names one of these.
 */
export function isAbout(customerId: string, addresses: Sql): Sql {
  const userId = sql`${userOf(customerId)}::bigint`;
  return sql`EXISTS (
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.userId') AS named(id) WHERE named.id #>> '{}' = ${customerId}
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.customerId') AS named(id) WHERE named.id #>> '{}' = ${customerId}
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.recipient') AS named(id) WHERE named.id #>> '{}' = ANY (${addresses})
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.callbackId') AS named(id)
    WHERE named.id #>> '{}' IN (SELECT id::text FROM callbacks WHERE user_id = ${userId})
    UNION ALL
    SELECT FROM jsonb_path_query(k.answer::jsonb, '$.**.callSessionId') AS named(id)
    WHERE named.id #>> '{}' IN (SELECT id::text FROM call_sessions WHERE user_id = ${userId}))`;
}
