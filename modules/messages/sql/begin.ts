import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import type { TransportName } from "../rules.ts";
import { expiredWords, messageEventOf } from "./event.ts";

const begun = z.object({ state: z.string(), attempts: z.int(), eventSeq: z.int() });

/**
 * Begins an attempt. A message that is still the caller's becomes `sending` and its attempt is counted, committed before anything
 * leaves; a message that may not go out becomes `expired` or `suppressed` with the reason. Null when the message is not the
 * caller's any more.
 */
export async function begin(
  ctx: Ctx,
  { id, fence }: { id: string; fence: number },
  transport: TransportName,
): Promise<z.infer<typeof begun> | null> {
  const [row] = await query(
    ctx.db,
    begun,
    sql`
    WITH verdict AS MATERIALIZED (
      SELECT m.id, CASE
          WHEN m.expires_at <= ${ctx.now}::timestamptz THEN 'expired'
          WHEN m.erased_at IS NOT NULL OR s.id IS NOT NULL OR coalesce(u.do_not_call, false) OR n.number IS NOT NULL THEN 'suppressed'
          ELSE 'sending' END AS state, s.reason, m.erased_at IS NOT NULL AS is_erased
      FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
      LEFT JOIN LATERAL (SELECT s.id, s.reason, s.sender FROM message_suppressions s
                         WHERE s.channel = m.channel AND s.recipient IN (lower(m.recipient), message_kept_name(m.channel, lower(m.recipient))) AND (s.sender IS NULL OR s.sender = lower(m.sender))
                           AND s.removed_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > ${ctx.now}::timestamptz)
                         ORDER BY s.id LIMIT 1) s ON true
      LEFT JOIN users u ON u.id = c.user_id
      LEFT JOIN phone_numbers n ON m.channel = 'sms' AND n.number = m.recipient AND n.do_not_call_at IS NOT NULL
      WHERE m.id = ${id}::uuid
    )
    UPDATE messages m SET state = v.state,
      leased_until = CASE WHEN v.state = 'sending' THEN m.leased_until END,
      attempts = m.attempts + (v.state = 'sending')::int, transport = CASE WHEN v.state = 'sending' THEN ${transport} ELSE m.transport END,
      crashes = CASE WHEN v.state = 'sending' THEN m.crashes ELSE 0 END,
      attempted_at = CASE WHEN v.state = 'sending' THEN ${ctx.now}::timestamptz ELSE m.attempted_at END,
      ended_at = CASE WHEN v.state <> 'sending' THEN ${ctx.now}::timestamptz END,
      ${messageEventOf(
        ctx,
        sql`v.state`,
        sql`CASE v.state WHEN 'sending' THEN 'It is being handed over.' WHEN 'expired' THEN ${expiredWords}
            ELSE CASE WHEN v.is_erased THEN 'The data of its recipient was erased; it was not sent.' ELSE CASE v.reason WHEN 'stop' THEN 'The recipient has said stop; it was not sent.' WHEN 'bounce' THEN 'Nobody is reached at this address; it was not sent.'
                 WHEN 'complaint' THEN 'The recipient has complained; it was not sent.' WHEN 'manual' THEN 'Somebody has suppressed this recipient; it was not sent.'
                 ELSE 'The user asked not to be contacted; it was not sent.' END END END`,
        sql`CASE WHEN v.state = 'sending' THEN jsonb_build_object('attempt', m.attempts + 1, 'transport', ${transport}::text) ELSE '{}'::jsonb END`,
      )}
    FROM verdict v
    WHERE m.id = v.id AND m.state = 'stored' AND m.fence = ${fence}::int AND m.leased_until > ${ctx.now}::timestamptz
    RETURNING m.state, m.attempts, m.event_seq AS "eventSeq"`,
  );
  return row ?? null;
}
