import { z } from "zod";
import type { Db } from "#lib/database/db";
import { ERASED_REQUEST } from "#lib/database/once";
import { execute, query, sql } from "#lib/database/sql";
import { suppressedAs } from "../addresses.ts";
import { ERASED, ERASED_ADDRESS, ERASURE_REASON, type Erasure } from "../../module.ts";
import { holdAddresses } from "./hold.ts";
import { lanesOf, messagesOf, queuedFor } from "./messages-of.ts";

/**
 * Fields that the data of a message's events keep after an erasure: our numbers, codes and times, none of a provider's words. A field that
 * is missing here is erased.
 */
const MESSAGE_FACTS = ["attempt", "transport", "code", "notBefore", "fence", "nonce", "arrived"] as const;

/**
 * Locks the events that a worker would store for the customer, so that each is a message already or is erased in the queue, and inbound
 * texts from an address of the customer.
 */
export async function holdMessages(db: Db, customerId: string): Promise<void> {
  await query(
    db,
    z.object({ id: z.string() }),
    sql`SELECT id::text FROM message_keys WHERE lane IN ${lanesOf(customerId)} AND settled_at IS NULL ORDER BY seq FOR UPDATE`,
  );
  await holdAddresses(db, customerId);
}

const ids = z.object({ id: z.string() });

/**
 * Erases the words and addresses of every message of the person, of its events and reports, and of queued events; waiting messages are
 * withdrawn. Suppressions stay in force under a digest. A message that is being sent is not recalled: its result is recorded without
 * words. Returns how many messages and queued events were changed.
 */
export async function eraseMessages(db: Db, erasure: Erasure): Promise<number> {
  const { customerId, addresses } = erasure;
  const own = sql`${[...addresses]}::text[]`;
  const queued = (await query(db, ids, sql`SELECT id::text FROM (${queuedFor(customerId, own)}) q`)).map(
    ({ id }) => id,
  );
  await execute(db, sql`DELETE FROM message_queue WHERE id = ANY (${queued}::uuid[])`);
  const withdrawn = await eraseKeys(db, queued, erasure);
  const messages = (await query(db, ids, sql`SELECT id::text FROM (${messagesOf(customerId, own)}) m`)).map(
    ({ id }) => id,
  );
  const erased = await eraseBodies(db, messages, erasure);
  await eraseKeys(db, messages, erasure);
  await eraseMessageEvents(db, messages);
  await execute(
    db,
    sql`UPDATE message_provider_events SET provider_id = NULL WHERE message_id = ANY (${messages}::uuid[]) AND provider_id IS NOT NULL`,
  );
  await execute(
    db,
    sql`UPDATE message_conversations SET customer_id = 'erased ' || id WHERE user_id IS NULL AND (customer_id = ${customerId} OR customer_id = ANY (${own}))`,
  );
  await eraseSuppressions(db, addresses);
  return erased + withdrawn;
}

async function eraseBodies(db: Db, messages: readonly string[], { now, actor }: Erasure): Promise<number> {
  const waits = sql`(m.state IN ('stored', 'held'))`;
  return execute(
    db,
    sql`UPDATE messages m SET erased_at = ${now}::timestamptz, body = ${ERASED}, body_hash = ${ERASED_REQUEST}, metadata = NULL,
          subject = CASE WHEN m.subject IS NOT NULL THEN ${ERASED} END,
          sender = CASE m.direction WHEN 'in' THEN ${ERASED_ADDRESS} ELSE m.sender END,
          recipient = CASE m.direction WHEN 'in' THEN m.recipient ELSE ${ERASED_ADDRESS} END,
          provider_id = NULL, old_provider_ids = '{}',
          state = CASE WHEN ${waits} THEN 'suppressed' ELSE m.state END,
          ended_at = CASE WHEN ${waits} THEN ${now}::timestamptz ELSE m.ended_at END,
          hold_reason = NULL, held_until = NULL,
          next_attempt_at = CASE WHEN ${waits} OR m.state = 'unsure' THEN NULL ELSE m.next_attempt_at END,
          leased_until = CASE WHEN ${waits} THEN NULL ELSE m.leased_until END,
          event_seq = m.event_seq + 1, event_at = greatest(m.event_at, ${now}::timestamptz), event_type = 'erased', event_actor = ${actor},
          event_why = ${ERASURE_REASON}, event_data = '{}'
        WHERE m.id = ANY (ARRAY(SELECT id FROM messages WHERE id = ANY (${[...messages]}::uuid[]) AND erased_at IS NULL ORDER BY seq FOR UPDATE))`,
  );
}

/** Empties the keys of requests: a late repeat finds its key taken, and changes nothing. The id of another system is erased with them. */
async function eraseKeys(db: Db, accepted: readonly string[], { customerId, now }: Erasure): Promise<number> {
  const isForeign = sql`(customer_id = ${customerId} AND customer_id !~ '^[0-9]+$')`;
  return execute(
    db,
    sql`UPDATE message_keys SET request_hash = ${ERASED_REQUEST}, queued_at = coalesce(queued_at, ${now}::timestamptz),
          settled_at = coalesce(settled_at, ${now}::timestamptz),
          customer_id = CASE WHEN ${isForeign} THEN ${ERASED_ADDRESS} ELSE customer_id END,
          lane = CASE WHEN ${isForeign} THEN channel || ' ' || ${ERASED_ADDRESS} ELSE lane END
        WHERE id = ANY (${[...accepted]}::uuid[]) AND request_hash <> ${ERASED_REQUEST}`,
  );
}

/** The sentence of a message that is held over night names the clock of the recipient; all other sentences consist of codes and times. */
async function eraseMessageEvents(db: Db, messages: readonly string[]): Promise<void> {
  await execute(
    db,
    sql`WITH cleaned AS (
          SELECT message_id, seq, CASE WHEN type = 'held' THEN ${ERASED} ELSE why END AS why,
                 (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(data) WHERE key = ANY (${[...MESSAGE_FACTS]}::text[])) AS data
          FROM message_events WHERE message_id = ANY (${[...messages]}::uuid[])
        )
        UPDATE message_events e SET why = c.why, data = c.data FROM cleaned c
        WHERE e.message_id = c.message_id AND e.seq = c.seq AND (e.why, e.data) IS DISTINCT FROM (c.why, c.data)`,
  );
}

/** Keeps the suppressions of a recipient in force: the address is replaced by a digest that only the address itself leads to. */
async function eraseSuppressions(db: Db, addresses: readonly string[]): Promise<void> {
  const own = sql`${addresses.map(suppressedAs)}::text[]`;
  // Two simultaneous suppressions, under the address and under its digest, become one, which lasts as long as the longer.
  const isBoth = sql`s.recipient = ANY (${own}) AND s.removed_at IS NULL AND k.removed_at IS NULL AND k.channel = s.channel
          AND k.recipient = message_kept_name(s.channel, s.recipient) AND k.sender IS NOT DISTINCT FROM s.sender AND k.reason = s.reason`;
  await execute(
    db,
    sql`UPDATE message_suppressions k SET expires_at = s.expires_at FROM message_suppressions s
        WHERE ${isBoth} AND k.expires_at < coalesce(s.expires_at, 'infinity')`,
  );
  await execute(db, sql`DELETE FROM message_suppressions s USING message_suppressions k WHERE ${isBoth}`);
  await execute(
    db,
    sql`UPDATE message_suppressions SET recipient = message_keep_name(channel, recipient), source = ${ERASED},
          removed_why = CASE WHEN removed_why IS NOT NULL THEN ${ERASED} END
        WHERE recipient = ANY (${own})`,
  );
}
