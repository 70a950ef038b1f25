import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { isoUtc, query, sql } from "#lib/database/sql";
import { entryWaitsUntil, isAbout, isLateWithEntry } from "../fate.ts";
import { CATCH_UP_AFTER_SECONDS, LISTED_AHEAD_MINUTES } from "../rules.ts";
import { pendingAnswer, type pendingInput } from "../schema.ts";
import { toCall } from "./to-call.ts";

const row = z.object({
  isKnown: z.boolean(),
  isTickStale: z.boolean(),
  now: z.date(),
  callbacks: pendingAnswer.shape.callbacks,
});

/** The callbacks that an agent has to call, and whether the last tick is more than 90 seconds old. */
type Pending = { answer: z.infer<typeof pendingAnswer>; isTickStale: boolean };

/**
 * The callbacks that an agent has to call and that are due within ten minutes or overdue, oldest first. One statement. Refuses
 * `not_found`.
 */
export async function findPending(ctx: ReadCtx, { agentId }: z.infer<typeof pendingInput>): Promise<Pending> {
  const [found] = await query(
    ctx.db,
    row,
    sql`
    WITH clock AS MATERIALIZED (SELECT ringback_now() AS now), mine AS (
      ${toCall(agentId, sql`(SELECT now FROM clock) + make_interval(mins => ${LISTED_AHEAD_MINUTES})`)}
    )
    SELECT EXISTS (SELECT FROM agents WHERE id = ${agentId}) AS "isKnown", clock.now,
      -- The newest by its index: an EXISTS over a time that is unknown while planning reads a month of ticks, oldest first.
      ((SELECT max(started_at) FROM tick_runs) > clock.now - make_interval(secs => ${CATCH_UP_AFTER_SECONDS})) IS NOT TRUE AS "isTickStale",
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', c.id, 'userId', c.user_id::text,
            'scheduledFor', ${isoUtc(sql`c.scheduled_for`)},
            'callbackReason', c.callback_reason, 'userName', coalesce(name_of(u), 'unknown user'),
            'userPhone', coalesce(c.phone, u.phone, ''), 'userTimeZone', coalesce(zone_of(u), c.promised_zone),
            'promisedLocal', to_char(c.promised_local, 'YYYY-MM-DD"T"HH24:MI:SS'), 'promisedZone', c.promised_zone,
            'attempts', c.attempts, 'snoozes', c.snoozes, 'snoozesLeft', greatest(0, ${ctx.limits.snoozeLimit}::int - c.snoozes),
            'isAssigned', coalesce(q.assigned_to_agent_id = ${agentId}, false),
            'withAgent', CASE WHEN a.id = q.assigned_to_agent_id THEN a.name END,
            'inCallWith', CASE WHEN s.id IS NOT NULL AND a.id IS NOT DISTINCT FROM s.agent_id THEN coalesce(a.name, 'Somebody') END,
            'offerEndsAt', CASE WHEN q.assigned_to_agent_id = ${agentId} AND q.callback_id = c.id THEN
              ${isoUtc(sql`(greatest(c.scheduled_for, q.assigned_at) + make_interval(mins => CASE c.status WHEN 'accepted'
                           THEN ${ctx.limits.acceptedMinutes}::int ELSE ${ctx.limits.offerMinutes}::int END))`)} END,
            'isOverdue', ${isLateWithEntry(sql`q`, sql`clock.now`)}, 'waitsUntil', ${isoUtc(entryWaitsUntil(sql`q`, sql`clock.now`))}, 'status', c.status,
            'why', coalesce(q.queue_reason, c.event_why),
            'reason', CASE WHEN q.id IS NULL THEN c.event_data -> 'reason' ELSE q.reason END) ORDER BY c.scheduled_for, c.id)
        FROM mine JOIN callbacks c ON c.id = mine.id
        LEFT JOIN users u ON u.id = c.user_id
        LEFT JOIN live_entries q ON ${isAbout(sql`q`)}
        -- A number is in one open call at most, which its index finds without a look at those that have ended.
        LEFT JOIN open_calls s ON s.number = coalesce(c.number, u.number) AND s.agent_id IS DISTINCT FROM ${agentId} AND NOT rings_too_long(s, clock.now)
        LEFT JOIN agents a ON a.id = coalesce(nullif(q.assigned_to_agent_id, ${agentId}), s.agent_id)
      ), '[]') AS callbacks
    FROM clock`,
  );
  if (!found?.isKnown) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  const { now, callbacks, isTickStale } = found;
  return { answer: { success: true, now: now.toISOString(), callbacks }, isTickStale };
}
