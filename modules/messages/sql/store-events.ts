import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import type { Queue } from "../queue/port.ts";
import type { MessageEvent } from "../schema.ts";

/** An event and its entry, whose receipt is null when the queue itself acknowledges it. */
export type Storable = Readonly<{
  received: Readonly<{ id: string; attempt: number; receipt: string | null }>;
  event: MessageEvent;
}>;

/**
 * Stores events as messages of their conversations, creates missing conversations, and counts the messages, all or nothing. An
 * event that was stored before changes nothing. Returns the ids that were accepted, whether they were stored now or before.
 *
 * A queue in the database acknowledges them in the same statement, by its part `acknowledging`.
 *
 * The rows of the keys are locked, in order; of two workers with the same event the second finds it settled.
 */
export async function storeEvents(
  ctx: Ctx,
  batch: readonly Storable[],
  acknowledging: Queue["acknowledging"],
): Promise<string[]> {
  const ids = batch.map(({ received: { id } }) => id);
  const given = batch.map(({ received: { id, receipt, attempt }, event }) => ({
    ...event,
    id,
    ...(acknowledging && { receipt, attempt }),
  }));
  const rows = await queryDirect(
    ctx.db,
    z.object({ id: z.string() }),
    sql`
    WITH given AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS g (
        id uuid, receipt bigint, attempt integer, channel text, customer_id text, "from" text, "to" text, subject text, body text, body_hash text, sent_at timestamptz,
        send_after timestamptz, expires_at timestamptz, urgent boolean, metadata jsonb, traceparent text)
    ), known AS MATERIALIZED (
      SELECT id, seq, caller, encoding, segments, accepted_at, settled_at IS NULL AS is_fresh FROM message_keys
      WHERE id = ANY (${ids}::uuid[]) ORDER BY seq FOR UPDATE
    ), fresh AS MATERIALIZED (
      SELECT * FROM known WHERE is_fresh
    ), talks AS (
      INSERT INTO message_conversations AS c (id, customer_id, channel, user_id, sent_messages, started_at, last_at)
      SELECT gen_random_uuid(), customer_id, channel, CASE WHEN customer_id ~ '^[0-9]{1,19}$' THEN customer_id::bigint END,
             count(*), ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
      FROM given JOIN fresh USING (id) GROUP BY customer_id, channel ORDER BY customer_id, channel
      ON CONFLICT (customer_id, channel) DO UPDATE
        SET sent_messages = c.sent_messages + EXCLUDED.sent_messages, last_at = greatest(c.last_at, EXCLUDED.last_at)
      RETURNING id, customer_id, channel
    ), made AS (
      INSERT INTO messages (id, seq, conversation_id, direction, channel, sender, recipient, subject, body, body_hash, encoding, segments,
        metadata, sent_at, send_after, expires_at, is_urgent, caller, trace_parent, accepted_at, stored_at,
        state, due_since, next_attempt_at, hold_reason, held_until, event_at, event_type, event_actor, event_why)
      SELECT g.id, f.seq, t.id, 'out', g.channel, g."from", g."to", g.subject, g.body, g.body_hash, f.encoding, f.segments,
        g.metadata, g.sent_at, g.send_after, g.expires_at, g.urgent, f.caller, g.traceparent, f.accepted_at, ${ctx.now}::timestamptz,
        CASE WHEN is_early THEN 'held' ELSE 'stored' END, greatest(g.send_after, ${ctx.now}::timestamptz),
        CASE WHEN NOT is_early THEN ${ctx.now}::timestamptz END, CASE WHEN is_early THEN 'send_after' END, CASE WHEN is_early THEN g.send_after END,
        ${ctx.now}::timestamptz, 'stored', ${describeActor(ctx.actor)}::text,
        CASE WHEN is_early THEN 'It is not to be sent before the time that was asked for.' ELSE 'It is in line for a worker.' END
      FROM given g JOIN fresh f USING (id) JOIN talks t USING (customer_id, channel)
      CROSS JOIN LATERAL (SELECT coalesce(g.send_after > ${ctx.now}::timestamptz, false) AS is_early) e
    ), settled AS (
      UPDATE message_keys SET settled_at = ${ctx.now}::timestamptz, queued_at = coalesce(queued_at, ${ctx.now}::timestamptz)
      WHERE id = ANY (ARRAY(SELECT id FROM fresh))
    )${
      acknowledging === null
        ? sql``
        : sql`, done AS MATERIALIZED (
      SELECT g.receipt, g.attempt FROM given g JOIN known USING (id)
    ), acknowledged AS (${acknowledging})`
    }
    SELECT id::text FROM known`,
  );
  return rows.map(({ id }) => id);
}
