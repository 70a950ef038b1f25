import { z } from "zod";
import type { Db } from "#lib/database/db";
import type { ReadCtx } from "#lib/base/context";
import { isoUtc, query, type Sql, sql } from "#lib/database/sql";
import { isLate, LEAD_MINUTES, TOLERANCE } from "#modules/callbacks";
import { wallboardAnswer } from "../wallboard-schema.ts";
import type { Figures } from "./figures.ts";
import { needsYouOf } from "./needs-you.ts";

const { figures, needsYou, lastTick, agentStates, agents, unsent, queues } = wallboardAnswer.shape;
const desk = z.object({
  dueNow: figures.shape.dueNow,
  dueInQuarterHour: figures.shape.dueInQuarterHour,
  lateNow: figures.shape.lateNow,
  oldestOverdueSince: z.date().nullable(),
  waitingForAgent: figures.shape.waitingForAgent,
  needsYou,
  lastTick,
  agentStates,
  agents,
  unsent,
  queues,
});

/** More agents do not fit on a wall; the counts by state are of all. */
const AGENTS_SHOWN = 60;
const BROWSERS_SHOWN = 20;

/**
 * Reads what is due, which agents are here with their load, the depth of each queue, the newest tick, and the rows behind the
 * alerts of these figures; as of their moment. The load of an agent is the number of live entries assigned to them. An agent in a
 * call is "on call" since the call began.
 */
export async function readDesk(
  db: Db,
  { now, ...found }: Figures,
  limits: ReadCtx["limits"],
): Promise<z.output<typeof desk>> {
  const silentSince = sql`${now}::timestamptz - make_interval(secs => ${limits.agentGraceSeconds}::int)`;
  const [row] = await query(
    db,
    desk,
    sql`
    WITH due AS MATERIALIZED (
      SELECT c.scheduled_for AS at, ${isLate(sql`${now}::timestamptz`)} AS is_late FROM callbacks c
      WHERE c.status IN ('pending', 'accepted') AND c.scheduled_for <= ${now}::timestamptz + interval '15 minutes'
    ), live AS MATERIALIZED (
      SELECT q.assigned_to_agent_id AS agent_id, q.queue_type, q.callback_id, q.call_session_id,
             -- The person of a callback waits from its time on, also where its entry is newer, and not while it is in the queue early.
             least(${now}::timestamptz, coalesce(c.scheduled_for, q.created_at)) AS waits_since
      FROM live_entries q LEFT JOIN callbacks c ON c.id = q.callback_id
    ), load AS MATERIALIZED (
      SELECT agent_id, count(*)::int AS entries FROM live WHERE agent_id IS NOT NULL GROUP BY 1
    ), people AS MATERIALIZED (
      SELECT p.agent_id AS id, p.name, p.is_ai_agent, coalesce(load.entries, 0) AS load,
             CASE WHEN p.gone_since IS NOT NULL THEN 'gone'
                  WHEN p.status <> 'on_call' AND p.last_activity < ${silentSince} THEN 'silent' ELSE p.status END AS state,
             CASE WHEN p.status IS NULL THEN NULL WHEN p.gone_since IS NOT NULL THEN p.gone_since
                  WHEN p.status <> 'on_call' AND p.last_activity < ${silentSince} THEN p.last_activity ELSE p.status_since END AS since
      FROM agent_presence p LEFT JOIN load ON load.agent_id = p.agent_id WHERE p.is_active
    ), shown AS MATERIALIZED (
      SELECT * FROM people
      ORDER BY array_position(ARRAY['silent', 'on_call', 'available', 'break', 'gone'], state), load DESC, since DESC NULLS LAST, id
      LIMIT ${AGENTS_SHOWN}::int
    ), waiting AS MATERIALIZED (
      SELECT queue_type, count(*)::int AS entries, count(callback_id)::int AS callbacks, min(waits_since) AS oldest
      FROM live WHERE call_session_id IS NULL GROUP BY 1
    )
    SELECT (SELECT count(*)::int FROM due WHERE at <= ${now}::timestamptz + make_interval(mins => ${LEAD_MINUTES}::int)) AS "dueNow",
      (SELECT count(*)::int FROM due WHERE at >= ${now}::timestamptz) AS "dueInQuarterHour",
      (SELECT count(*)::int FROM due WHERE is_late AND at < ${now}::timestamptz - ${TOLERANCE}) AS "lateNow",
      (SELECT min(at) FROM due WHERE is_late) AS "oldestOverdueSince",
      (SELECT count(*)::int FROM live WHERE callback_id IS NOT NULL AND agent_id IS NULL) AS "waitingForAgent",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('agentId', b.agent_id, 'agentName', p.name, 'device', b.device, 'unsent', b.unsent,
          'oldestAt', ${isoUtc(sql`b.oldest_at`)}, 'reportedAt', ${isoUtc(sql`b.reported_at`)}) ORDER BY b.oldest_at, b.browser_id), '[]')
        FROM (SELECT * FROM browser_reports ORDER BY oldest_at, browser_id LIMIT ${BROWSERS_SHOWN}::int) b
        JOIN agent_presence p ON p.agent_id = b.agent_id) AS unsent,
      (${needsYouOf(now, found, limits.snoozeLimit)}) AS "needsYou",
      (${LAST_TICK}) AS "lastTick",
      (SELECT coalesce(jsonb_object_agg(state, n), '{}') FROM (SELECT state, count(*) AS n FROM people GROUP BY 1) s) AS "agentStates",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'isAiAgent', is_ai_agent, 'state', state,
          'since', ${isoUtc(sql`since`)}, 'load', load)), '[]') FROM shown) AS agents,
      (SELECT jsonb_agg(jsonb_build_object('queueType', t, 'waiting', coalesce(w.entries, 0), 'callbacks', coalesce(w.callbacks, 0),
          'oldestSince', ${isoUtc(sql`w.oldest`)}) ORDER BY t DESC)
        FROM unnest(ARRAY['unsigned_users', 'outstanding_requests']) t LEFT JOIN waiting w ON w.queue_type = t) AS queues`,
  );
  return row!;
}

const LAST_TICK: Sql = sql`
  SELECT jsonb_build_object('id', t.id::text, 'at', ${isoUtc(sql`t.started_at`)}, 'due', t.due, 'newlyQueued', t.newly_queued,
      'durationMs', round(extract(epoch FROM t.finished_at - t.started_at) * 1000), 'alreadyQueued', t.already_queued,
      'deferred', (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(t.deferred)),
      'refused', (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(t.refused)),
      'quarantined', t.quarantined, 'difference', tick_difference(t))
  FROM tick_runs t ORDER BY t.started_at DESC, t.id DESC LIMIT 1`;
