import { z } from "zod";
import type { Db } from "#lib/database/db";
import { isoUtc, query, sql } from "#lib/database/sql";
import { deskAnswer } from "../schema.ts";

const hero = deskAnswer.shape.hero.unwrap();
const user = hero.shape.user.unwrap().omit({ dialLink: true }).extend({ number: z.string().nullable() });
const found = hero.omit({ warning: true }).extend({
  user: user.nullable(),
  /** The time that the user asked for. */
  askedFor: z.coerce.date().nullable(),
});

/** The agent dials a call from the queue, so only the telephone knows when it is answered. */
const IS_CONNECTED = sql`CASE WHEN s.queue_entry_id IS NULL THEN s.status NOT IN ('initiated', 'ringing')
  ELSE s.reported IS NOT DISTINCT FROM 'in_progress' END`;

/**
 * Reads the call that the agent is in, else the one that ended without its outcome, else the entry `entryId`, with the facts that
 * an agent needs for the call. `isMine`: false while the entry waits for any agent.
 */
export async function readHero(
  db: Db,
  { agentId, entryId, callGraceMinutes }: { agentId: number; entryId: number | null; callGraceMinutes: number },
): Promise<z.infer<typeof found> | null> {
  const [row] = await query(
    db,
    z.object({ hero: found }),
    sql`
    WITH subject AS MATERIALIZED (
      SELECT s.user_id, s.callback_id, coalesce(s.queue_type, q.queue_type) AS queue_type, q.queue_reason AS why, q.reason, true AS is_own,
             coalesce(q.named_callback_ids, '{}') AS named,
             jsonb_build_object('id', s.id::text, 'startedAt', ${isoUtc(sql`s.started_at`)}, 'isConnected', ${IS_CONNECTED}, 'endedAt', ${isoUtc(sql`s.ended_at`)}, 'direction', s.direction,
               'lastAliveAt', ${isoUtc(sql`alive.at`)},
               'leaseEndsAt', ${isoUtc(sql`(alive.at + make_interval(mins => ${callGraceMinutes}::int))`)}) AS call,
             NULL::int AS entry_id, CASE WHEN s.ended_at IS NULL THEN 0 ELSE 1 END AS rank, s.id AS place
      FROM call_sessions s LEFT JOIN call_queue q ON q.id = s.queue_entry_id LEFT JOIN agent_presence p ON p.agent_id = s.agent_id
      CROSS JOIN LATERAL (SELECT coalesce(p.gone_since, p.last_activity, s.started_at) AS at) alive
      WHERE s.agent_id = ${agentId} AND (s.ended_at IS NULL OR s.awaits_outcome)
      UNION ALL
      SELECT q.user_id, q.callback_id, q.queue_type, q.queue_reason, q.reason, q.assigned_to_agent_id IS NOT DISTINCT FROM ${agentId}::int,
             q.named_callback_ids, NULL, q.id, 2, 0
      FROM call_queue q WHERE q.id = ${entryId}::int
      ORDER BY rank, place LIMIT 1
    )
    SELECT jsonb_build_object(
      'call', x.call, 'queueEntryId', x.entry_id, 'isMine', x.is_own, 'queueType', x.queue_type, 'why', x.why, 'reason', x.reason,
      'user', (
        SELECT jsonb_build_object('id', u.id::text, 'name', name_of(u), 'phone', coalesce(c.phone, u.phone), 'number', coalesce(c.number, u.number),
          'numbers', (SELECT coalesce(jsonb_agg(jsonb_build_object('phone', n.given, 'label', n.label) ORDER BY n.position), '[]')
                      FROM user_numbers n WHERE n.user_id = u.id AND n.number IS NOT NULL), 'timeZone', zone_of(u), 'isZoneKnown', u.time_zone IS NOT NULL,
          'openRequests', (SELECT count(*) FROM open_requests r WHERE r.user_id = u.id),
          'lastSpoken', (SELECT jsonb_build_object('at', ${isoUtc(sql`s.started_at`)}, 'agentName', coalesce(a.name, 'nobody known'))
                         FROM call_sessions s LEFT JOIN agents a ON a.id = s.agent_id
                         WHERE s.user_id = u.id AND s.last_outcome_type IS NOT NULL AND s.last_outcome_type NOT IN ('no_answer', 'busy', 'voicemail')
                         ORDER BY s.started_at DESC LIMIT 1))
        FROM users u LEFT JOIN callbacks c ON c.id = x.callback_id WHERE u.id = x.user_id),
      'askedFor', (SELECT c.promised_for FROM callbacks c WHERE c.id = x.callback_id),
      'callback', (
        SELECT jsonb_build_object('id', c.id, 'status', c.status, 'scheduledFor', ${isoUtc(sql`c.scheduled_for`)},
          'promisedLocal', to_char(c.promised_local, 'YYYY-MM-DD"T"HH24:MI:SS'), 'promisedZone', c.promised_zone,
          'callbackReason', c.callback_reason, 'attempts', c.attempts, 'maxAttempts', c.max_attempts)
        FROM callbacks c WHERE c.id = x.callback_id AND c.status IN ('pending', 'accepted')),
      'covers', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', c.id, 'scheduledFor', ${isoUtc(sql`c.scheduled_for`)},
                                            'callbackReason', c.callback_reason) ORDER BY c.scheduled_for, c.id)
        FROM callbacks c WHERE c.id = ANY (x.named) AND c.status IN ('pending', 'accepted')), '[]')) AS hero
    FROM subject x`,
  );
  return row?.hero ?? null;
}
