import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, type Sql, sql } from "#lib/database/sql";

/** The address at the other end of a message `m`: its recipient, or the sender of an inbound one. */
const ADDRESS = sql`CASE m.direction WHEN 'in' THEN m.sender ELSE m.recipient END`;

/** Whether two addresses are one: e-mail addresses in large or small letters are. */
const isSame = (one: Sql, other: Sql): Sql => sql`lower(${one}) = lower(${other})`;

/** Whether message `m` goes to this address, in any letters. */
const goesTo = (address: Sql): Sql =>
  sql`((m.channel = 'sms' AND m.recipient = ${address}) OR (m.channel = 'email' AND ${isSame(sql`m.recipient`, address)}))`;

/** The id of the user of the desk, when the customer is one. */
export const userOf = (customerId: string): string | null => (/^[0-9]+$/.test(customerId) ? customerId : null);

/** The lanes of accepted messages to this customer that are not stored yet, for an IN. */
export const lanesOf = (customerId: string): Sql => sql`(${`sms ${customerId}`}, ${`email ${customerId}`})`;

/** The queue entries for which accepted messages wait, `k` with `q`, for this customer. */
const isAccepted = (customerId: string): Sql =>
  sql`k.customer_id = ${customerId} AND (k.settled_at IS NULL OR q.dead_at IS NOT NULL)`;

/**
 * The numbers and e-mail addresses of a customer, as rows of `address`: those on record, those that were called, and those that messages
 * to the customer went to; e-mail addresses in every spelling that messages have.
 */
export function addressesOf(customerId: string): Sql {
  const user = sql`${userOf(customerId)}::bigint`;
  return sql`
      WITH known AS (
        SELECT number AS address FROM users WHERE id = ${user}
        UNION SELECT email FROM users WHERE id = ${user}
        UNION SELECT number FROM user_numbers WHERE user_id = ${user}
        UNION SELECT number FROM callbacks WHERE user_id = ${user}
        UNION SELECT number FROM call_sessions WHERE user_id = ${user}
        UNION SELECT ${ADDRESS} FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
          WHERE c.customer_id = ${customerId} AND m.erased_at IS NULL
        UNION SELECT q.event ->> 'to' FROM message_queue q JOIN message_keys k ON k.id = q.id WHERE ${isAccepted(customerId)}
      )
      SELECT address FROM known
      UNION SELECT m.recipient FROM known JOIN messages m ON m.channel = 'email' AND ${isSame(sql`m.recipient`, sql`known.address`)}
      UNION SELECT q.event ->> 'to' FROM known JOIN message_queue q ON ${isSame(sql`q.event ->> 'to'`, sql`known.address`)}`;
}

/**
 * The addresses that belong to nobody else. An address that a user shares with a customer whom only another system knows counts as
 * the user's own; to such a customer an address is own only when no user and no other customer has it.
 */
export function ownAddressesOf(customerId: string): Sql {
  const user = userOf(customerId);
  // For a customer who is no user the id is null, so every user is another one.
  const isOther = (id: Sql): Sql => sql`${id} IS DISTINCT FROM ${user}::bigint`;
  const isSomebody = (id: Sql): Sql =>
    sql`(${id} <> ${customerId} AND ${id} <> own.address AND (${user}::bigint IS NULL OR ${id} ~ '^[0-9]+$'))`;
  return sql`
    SELECT own.address FROM (${addressesOf(customerId)}) own
    WHERE own.address IS NOT NULL
      AND NOT EXISTS (SELECT FROM users u WHERE (u.number = own.address OR ${isSame(sql`u.email`, sql`own.address`)}) AND ${isOther(sql`u.id`)})
      AND NOT EXISTS (SELECT FROM user_numbers n WHERE n.number = own.address AND ${isOther(sql`n.user_id`)})
      AND NOT EXISTS (SELECT FROM callbacks b WHERE b.number = own.address AND ${isOther(sql`b.user_id`)})
      AND NOT EXISTS (SELECT FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
                      WHERE ${goesTo(sql`own.address`)} AND m.direction = 'out' AND ${isSomebody(sql`c.customer_id`)})
      AND NOT EXISTS (SELECT FROM message_queue q JOIN message_keys k ON k.id = q.id
                      WHERE ${isSame(sql`q.event ->> 'to'`, sql`own.address`)} AND ${isSomebody(sql`k.customer_id`)})`;
}

/** Reads the addresses of a user that belong to no other user. */
export async function readOwnAddresses(db: Db, customerId: string): Promise<string[]> {
  const rows = await query(db, z.object({ address: z.string() }), ownAddressesOf(customerId));
  return rows.map(({ address }) => address);
}

/** Whether a message to or from this customer is stored, or waits in the queue. */
export async function hasMessages(db: Db, customerId: string): Promise<boolean> {
  const [row] = await query(
    db,
    z.object({ has: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM message_conversations WHERE customer_id = ${customerId})
            OR EXISTS (SELECT FROM (${queuedFor(customerId, sql`'{}'::text[]`)}) k) AS has`,
  );
  return row!.has;
}

/**
 * The messages of the customer, as rows of `id`: those of the customer's own conversations, and those with one of these addresses in
 * conversations of nobody on the desk's record. `addresses` is an array of text.
 */
export function messagesOf(customerId: string, addresses: Sql): Sql {
  return sql`
    SELECT m.id FROM messages m JOIN message_conversations c ON c.id = m.conversation_id WHERE c.customer_id = ${customerId}
    UNION
    SELECT m.id FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
    WHERE ${ADDRESS} = ANY (${addresses}) AND c.user_id IS NULL AND c.id IN (
      SELECT o.conversation_id FROM messages o WHERE o.channel IN ('sms', 'email') AND o.recipient = ANY (${addresses})
      UNION SELECT b.id FROM message_conversations b WHERE b.customer_id = ANY (${addresses}))`;
}

/**
 * The keys of messages to the customer that are still in the queue, as rows of `id`: found by the customer, or by the address where
 * no user is named.
 */
export function queuedFor(customerId: string, addresses: Sql): Sql {
  return sql`
    SELECT k.id FROM message_keys k WHERE k.lane IN ${lanesOf(customerId)} AND k.settled_at IS NULL
    UNION
    SELECT k.id FROM message_queue q JOIN message_keys k ON k.id = q.id
    WHERE ${isAccepted(customerId)} OR (k.customer_id !~ '^[0-9]+$' AND q.event ->> 'to' = ANY (${addresses}))`;
}
