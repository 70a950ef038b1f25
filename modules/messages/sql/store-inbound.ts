import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import type { inboundText } from "../twilio-schema.ts";
import { keepAddress } from "./hold.ts";

type Inbound = Omit<z.output<typeof inboundText>, "meaning">;

/**
 * Holds the people in whose conversation a text from this number may be stored until the transaction ends, users or not: an erasure of one
 * of them waits.
 */
export async function keepPeopleOf(ctx: Ctx, number: string): Promise<void> {
  await query(
    ctx.db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM users WHERE number = ${number} OR id IN (
          SELECT c.user_id FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
          WHERE m.channel = 'sms' AND m.recipient = ${number} AND m.direction = 'out') ORDER BY id FOR KEY SHARE`,
  );
  await keepAddress(ctx.db, number);
}

/**
 * Stores a text that came in as `received`, in the conversation of the last message to its number, else of the user with that number, else
 * of the number itself; a conversation that is missing is made. A text that was stored before changes nothing.
 */
export async function storeInbound(ctx: Ctx, { providerId, from, to, body }: Inbound): Promise<void> {
  await execute(
    ctx.db,
    sql`
    WITH who AS MATERIALIZED (
      SELECT coalesce(
        (SELECT c.customer_id FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
         WHERE m.channel = 'sms' AND m.recipient = ${from} AND m.direction = 'out' ORDER BY (m.sender = ${to}) DESC, m.seq DESC LIMIT 1),
        (SELECT id::text FROM users WHERE number = ${from} ORDER BY id LIMIT 1), ${from}) AS customer_id
    ), talk AS (
      INSERT INTO message_conversations AS c (id, customer_id, channel, user_id, received_messages, started_at, last_at)
      SELECT gen_random_uuid(), customer_id, 'sms', CASE WHEN customer_id ~ '^[0-9]{1,19}$' THEN customer_id::bigint END, 1, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz FROM who
      WHERE NOT EXISTS (SELECT FROM messages m WHERE m.transport = 'twilio' AND m.provider_id = ${providerId} AND m.direction = 'in')
      ON CONFLICT (customer_id, channel) DO UPDATE SET received_messages = c.received_messages + 1, last_at = greatest(c.last_at, EXCLUDED.last_at)
      RETURNING id
    )
    INSERT INTO messages (id, seq, conversation_id, direction, channel, sender, recipient, body, body_hash, caller, accepted_at, stored_at, state,
      due_since, transport, provider_id, event_at, event_type, event_actor, event_why)
    SELECT ${ctx.newId()}::uuid, nextval(pg_get_serial_sequence('message_keys', 'seq')), id, 'in', 'sms', ${from}, ${to}, ${body},
      encode(sha256(convert_to(${body}, 'UTF8')), 'hex'), 'twilio', ${ctx.now}::timestamptz, ${ctx.now}::timestamptz, 'received',
      ${ctx.now}::timestamptz, 'twilio', ${providerId}, ${ctx.now}::timestamptz, 'received', 'twilio', 'It came in.'
    FROM talk`,
  );
}
