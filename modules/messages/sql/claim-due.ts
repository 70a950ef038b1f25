import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import { CHANNELS, LEASE_MS, MAX_CRASHES } from "../rules.ts";

/** A claimed message as its transport needs it, with the fence of the claim. */
export const outgoing = z.object({
  id: z.string(),
  fence: z.int(),
  channel: z.enum(CHANNELS),
  from: z.string(),
  to: z.string(),
  subject: z.string().nullable(),
  body: z.string(),
});

const claimed = outgoing.extend({
  isUrgent: z.boolean(),
  hasOwnTime: z.boolean(),
  isErased: z.boolean(),
  /** The key under which it was accepted. */
  key: z.string(),
  /** The time since which it has been due. */
  dueSince: z.date(),
  /** It is not sent from this time on. */
  expiresAt: z.date().nullable(),
  /** The step of a trace that accepted it. */
  traceParent: z.string().nullable(),
  /** The known zone of the user, and the guessed one; null when the customer is no user. */
  zone: z.string().nullable(),
  zoneGuess: z.string().nullable(),
});
export type ClaimedMessage = z.infer<typeof claimed>;

/**
 * Claims messages that may be sent now, of these channels, in the order of their time; each is the caller's until its lease is
 * over, and counts as a crash until the caller settles it. Within a conversation only the first waiting message is claimed, and
 * none while a message that was accepted earlier is still in the queue.
 */
export async function claimDue(
  ctx: Pick<Ctx, "db" | "now">,
  { channels, limit }: { channels: readonly string[]; limit: number },
): Promise<ClaimedMessage[]> {
  return queryDirect(
    ctx.db,
    claimed,
    sql`
    WITH due AS MATERIALIZED (
      SELECT m.id FROM messages m
      WHERE m.state = 'stored' AND m.next_attempt_at <= ${ctx.now}::timestamptz AND m.channel = ANY (${[...channels]}::text[])
        AND (m.leased_until IS NULL OR m.leased_until <= ${ctx.now}::timestamptz) AND m.crashes < ${MAX_CRASHES}
        AND NOT EXISTS (SELECT FROM messages b WHERE b.conversation_id = m.conversation_id AND b.seq < m.seq AND b.state IN ('stored', 'sending'))
        AND NOT EXISTS (SELECT FROM message_keys k JOIN message_conversations c ON k.lane = c.channel || ' ' || c.customer_id
                        WHERE c.id = m.conversation_id AND k.seq < m.seq AND k.settled_at IS NULL AND k.queued_at IS NOT NULL)
      ORDER BY m.next_attempt_at, m.seq LIMIT ${limit}::int FOR UPDATE OF m SKIP LOCKED
    ), claimed AS (
      UPDATE messages m SET fence = fence + 1, crashes = crashes + 1,
        leased_until = ${ctx.now}::timestamptz + ${LEASE_MS.send}::float8 * interval '1 millisecond'
      WHERE id = ANY (ARRAY(SELECT id FROM due)) RETURNING *
    )
    SELECT m.id::text, m.fence, m.channel, m.sender AS "from", m.recipient AS "to", m.subject, m.body, m.is_urgent AS "isUrgent",
           m.send_after IS NOT NULL AS "hasOwnTime", m.due_since AS "dueSince", m.expires_at AS "expiresAt",
           (SELECT k.key FROM message_keys k WHERE k.id = m.id) AS key, m.erased_at IS NOT NULL AS "isErased", m.trace_parent AS "traceParent", u.time_zone AS zone,
           u.zone_guess AS "zoneGuess"
    FROM claimed m JOIN message_conversations c ON c.id = m.conversation_id LEFT JOIN users u ON u.id = c.user_id
    ORDER BY m.next_attempt_at, m.seq`,
    { isPlannedAnew: true },
  );
}
