import { z } from "zod";
import type { Db } from "#lib/db";
import { query, sql } from "#lib/sql";
import { type Snapshot, snapshotSchema } from "../snapshot.ts";

/**
 * Locks what is due and reads all the tick decides on, in one statement and so on one snapshot. A callback or entry
 * that another transaction holds is skipped and marked `locked`, never waited for. Oldest promise first, then the
 * lower id; under the limit, callbacks without a live entry come before those that have one.
 */
export async function loadSnapshot(
  db: Db,
  { now, horizon, silentSince, limit }: { now: Date; horizon: Date; silentSince: Date; limit: number },
): Promise<Snapshot> {
  const [row] = await query(
    db,
    z.object({ snapshot: snapshotSchema }),
    sql`
    WITH all_due AS MATERIALIZED (
      SELECT c.id, c.user_id, q.id IS NOT NULL AS has_entry, c.scheduled_for
      FROM callbacks c
      LEFT JOIN call_queue q ON q.callback_id = c.id AND q.status IN ('pending', 'assigned')
      WHERE c.status IN ('pending', 'accepted') AND c.scheduled_for <= ${horizon}::timestamptz
        AND (c.status = 'pending' OR c.scheduled_for < ${now}::timestamptz)
    ), due AS MATERIALIZED (
      SELECT id FROM all_due ORDER BY has_entry, scheduled_for, id LIMIT ${limit}::int
    ), due_users AS MATERIALIZED (
      SELECT DISTINCT user_id FROM all_due
    ), live AS MATERIALIZED (
      SELECT q.*, q.xmin::text AS version
      FROM call_queue q JOIN due_users USING (user_id)
      WHERE q.status IN ('pending', 'assigned')
      UNION ALL
      SELECT q.*, q.xmin::text
      FROM call_queue q JOIN agent_presence p ON p.agent_id = q.assigned_to_agent_id
      WHERE q.status = 'assigned' AND NOT EXISTS (SELECT FROM due_users d WHERE d.user_id = q.user_id)
        AND (p.gone_since IS NOT NULL OR p.last_activity < ${silentSince}::timestamptz
             OR (q.call_session_id IS NOT NULL AND p.status <> 'on_call'))
    ), locked AS MATERIALIZED (
      -- xmin changes when a row does: one changed since this statement began counts as locked.
      SELECT c.id, c.xmin::text AS version FROM callbacks c
      WHERE c.id IN (SELECT id FROM due UNION ALL SELECT callback_id FROM live)
      ORDER BY c.id FOR UPDATE OF c SKIP LOCKED
    ), live_locked AS MATERIALIZED (
      SELECT q.id, q.xmin::text AS version FROM call_queue q JOIN live ON live.id = q.id
      ORDER BY q.id FOR UPDATE OF q SKIP LOCKED
    ), entries AS MATERIALIZED (
      SELECT live.user_id, live.queue_type, jsonb_build_object(
               'id', live.id, 'callbackId', live.callback_id, 'named', to_jsonb(live.named_callback_ids),
               'agentId', live.assigned_to_agent_id, 'callSessionId', live.call_session_id::text,
               'claimedAt', live.claimed_at, 'isAccepted', c.status IS NOT DISTINCT FROM 'accepted',
               'locked', le.id IS NULL OR (live.callback_id IS NOT NULL AND lc.id IS NULL)) AS entry
      FROM live
      LEFT JOIN callbacks c ON c.id = live.callback_id
      LEFT JOIN locked lc ON lc.id = c.id AND lc.version = c.xmin::text
      LEFT JOIN live_locked le ON le.id = live.id AND le.version = live.version
    ), load AS MATERIALIZED (
      SELECT assigned_to_agent_id AS agent_id, count(*)::int AS live,
             count(*) FILTER (WHERE callback_id IS NOT NULL AND call_session_id IS NULL)::int AS waiting
      FROM call_queue WHERE status = 'assigned' GROUP BY 1
    )
    SELECT jsonb_build_object(
      'dueCount', (SELECT count(*) FROM all_due),
      'due', coalesce((SELECT jsonb_agg(jsonb_build_object(
          'id', c.id, 'userId', c.user_id::text, 'status', c.status, 'scheduledFor', c.scheduled_for,
          'preferredAgentId', c.preferred_agent_id, 'acceptedByAgentId', c.accepted_by_agent_id,
          'releasedByAgentId', c.released_by_agent_id, 'releasedUntil', c.released_until,
          'failedTicks', c.failed_ticks,
          'quarantineCode', CASE WHEN c.quarantined_at IS NOT NULL THEN coalesce(c.event_data->>'code', 'unknown') END,
          'locked', l.version IS DISTINCT FROM c.xmin::text, 'doNotCall', u.do_not_call,
          'queueType', coalesce(e.queue_type, t.queue_type, 'outstanding_requests'), 'entry', e.entry)
          ORDER BY c.scheduled_for, c.id)
        FROM due JOIN callbacks c ON c.id = due.id
        LEFT JOIN locked l ON l.id = c.id
        LEFT JOIN users u ON u.id = c.user_id
        LEFT JOIN entries e ON e.user_id = c.user_id
        LEFT JOIN LATERAL (
          SELECT queue_type FROM user_queue_types WHERE user_id = c.user_id AND e.entry IS NULL
        ) t ON true), '[]'),
      'held', coalesce((SELECT jsonb_agg(jsonb_build_object('entry', e.entry, 'userId', e.user_id::text) ORDER BY e.user_id)
        FROM entries e
        WHERE NOT EXISTS (SELECT FROM due_users d WHERE d.user_id = e.user_id)), '[]'),
      'agents', coalesce((SELECT jsonb_agg(jsonb_build_object(
          'id', p.agent_id, 'name', p.name, 'isAiAgent', p.is_ai_agent, 'allowedQueues', to_jsonb(p.allowed_queues),
          'status', p.status, 'statusSince', p.status_since, 'lastActivity', p.last_activity,
          'goneSince', p.gone_since, 'live', coalesce(load.live, 0), 'waiting', coalesce(load.waiting, 0))
          ORDER BY p.agent_id)
        FROM agent_presence p LEFT JOIN load ON load.agent_id = p.agent_id), '[]')
    ) AS snapshot`,
  );
  return row!.snapshot;
}
