import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, type Sql, sql } from "#lib/database/sql";

/** The other end of a message `m`: whom it goes to, or who sent it. */
const ADDRESS = sql`CASE m.direction WHEN 'in' THEN m.sender ELSE m.recipient END`;

/** What accepted messages wait for in the queue, `k` with `q`, for this user. */
const isAccepted = (userId: bigint): Sql =>
  sql`k.customer_id = ${userId}::text AND (k.settled_at IS NULL OR q.dead_at IS NOT NULL)`;

/**
 * The numbers and e-mail addresses of a user, as rows of `address`: those on record, those that were called, and those that messages
 * to the user went to.
 */
export function addressesOf(userId: bigint): Sql {
  return sql`
      SELECT number AS address FROM users WHERE id = ${userId}
      UNION SELECT email FROM users WHERE id = ${userId}
      UNION SELECT number FROM user_numbers WHERE user_id = ${userId}
      UNION SELECT number FROM callbacks WHERE user_id = ${userId}
      UNION SELECT number FROM call_sessions WHERE user_id = ${userId}
      UNION SELECT ${ADDRESS} FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
        WHERE c.user_id = ${userId} AND m.erased_at IS NULL
      UNION SELECT q.event ->> 'to' FROM message_queue q JOIN message_keys k ON k.id = q.id WHERE ${isAccepted(userId)}`;
}

/** Those of them that are nobody else's. */
export function ownAddressesOf(userId: bigint): Sql {
  return sql`
    SELECT own.address FROM (${addressesOf(userId)}) own
    WHERE own.address IS NOT NULL
      AND NOT EXISTS (SELECT FROM users u WHERE (u.number = own.address OR u.email = own.address) AND u.id <> ${userId})
      AND NOT EXISTS (SELECT FROM user_numbers n WHERE n.number = own.address AND n.user_id <> ${userId})
      AND NOT EXISTS (SELECT FROM callbacks b WHERE b.number = own.address AND b.user_id <> ${userId})
      AND NOT EXISTS (SELECT FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
                      WHERE m.channel IN ('sms', 'email') AND m.recipient = own.address AND m.direction = 'out' AND c.user_id <> ${userId})`;
}

export async function readOwnAddresses(db: Db, userId: bigint): Promise<string[]> {
  const rows = await query(db, z.object({ address: z.string() }), ownAddressesOf(userId));
  return rows.map(({ address }) => address);
}

/**
 * The messages of the user, as rows of `id`: those of the user's own conversations, and those with one of these addresses in
 * conversations of nobody on the desk's record. `addresses` is an array of text.
 */
export function messagesOf(userId: bigint, addresses: Sql): Sql {
  return sql`
    SELECT m.id FROM messages m JOIN message_conversations c ON c.id = m.conversation_id WHERE c.user_id = ${userId}
    UNION
    SELECT m.id FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
    WHERE ${ADDRESS} = ANY (${addresses}) AND c.user_id IS NULL AND c.id IN (
      SELECT o.conversation_id FROM messages o WHERE o.channel IN ('sms', 'email') AND o.recipient = ANY (${addresses})
      UNION SELECT b.id FROM message_conversations b WHERE b.customer_id = ANY (${addresses}))`;
}

/** Keys of what is still in the queue for the user, as rows of `id`: by the customer, or by the address where no user is named. */
export function queuedFor(userId: bigint, addresses: Sql): Sql {
  return sql`
    SELECT k.id FROM message_keys k WHERE k.lane IN (${`sms ${userId}`}, ${`email ${userId}`}) AND k.settled_at IS NULL
    UNION
    SELECT k.id FROM message_queue q JOIN message_keys k ON k.id = q.id
    WHERE ${isAccepted(userId)} OR (k.customer_id !~ '^[0-9]+$' AND q.event ->> 'to' = ANY (${addresses}))`;
}
