import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { LOOK_UP_MINUTES } from "../rules.ts";
import { outgoing } from "./claim-due.ts";

/** Look-ups of one round. */
const BATCH = 20;

const unsure = outgoing.extend({
  providerId: z.string().nullable(),
  handedOverAt: z.date(),
  lookUps: z.int(),
  others: z.array(z.string()),
});
export type UnsureMessage = z.infer<typeof unsure>;

/**
 * Claims the look-ups of unsure messages that are due, the longest due first, by putting off the next look-up of each: no other worker gets
 * them, and when this one dies the next look-up is made all the same. Erased messages are left out.
 */
export async function claimLookUps(ctx: Ctx): Promise<UnsureMessage[]> {
  const [, second, third] = LOOK_UP_MINUTES;
  return query(
    ctx.db,
    unsure,
    sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM messages WHERE state = 'unsure' AND next_attempt_at <= ${ctx.now}::timestamptz AND erased_at IS NULL
      ORDER BY next_attempt_at LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED
    )
    UPDATE messages m SET look_ups = m.look_ups + 1,
      next_attempt_at = CASE m.look_ups WHEN 0 THEN m.event_at + ${second}::int * interval '1 minute'
                                        WHEN 1 THEN m.event_at + ${third}::int * interval '1 minute' ELSE ${ctx.now}::timestamptz + interval '5 minutes' END
    WHERE id = ANY (ARRAY(SELECT id FROM due))
    RETURNING id::text, fence, channel, sender AS "from", recipient AS "to", subject, body, provider_id AS "providerId",
      attempted_at AS "handedOverAt", look_ups AS "lookUps",
      ARRAY(SELECT o.provider_id FROM messages o WHERE o.channel = m.channel AND o.recipient = m.recipient AND o.direction = 'out' AND o.id <> m.id AND o.provider_id IS NOT NULL) || m.old_provider_ids AS others`,
  );
}
