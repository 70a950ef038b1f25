import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { type Snapshot, snapshotSchema } from "../routing/snapshot.ts";

/** A row and its version: xmin changes whenever the row does. */
type Version = [id: number, version: string];
/** The row that the statement below returns; the snapshot made of it is parsed as a whole. */
type Loaded = {
  dueCount: number;
  due: {
    id: number;
    userId: string;
    version: string;
    promisedZone: string;
    /** Null: nobody knows this user any more. */
    user: [doNotCall: boolean, wrongNumber: boolean, zone: string] | null;
  }[];
  /** The queue of each user who is in one. */
  queueTypes: [userId: string, queueType: string][];
  lockedCallbacks: Version[];
  entries: {
    id: number;
    userId: string;
    queueType: string;
    version: string;
    callbackId: number | null;
    callback: [status: string, version: string, mayBeCalled: boolean | null] | null;
  }[];
  lockedEntries: Version[];
  agents: unknown[];
};

type Wanted = {
  now: Date;
  horizon: Date;
  silentSince: Date;
  limit: number;
  /** Only the due callbacks of these users; without it, those of all users. */
  userIds?: readonly bigint[];
};

/**
 * Locks due callbacks and their entries, and reads all input of the tick, in one statement and so on one snapshot. A callback or entry
 * that another transaction holds, or changed since the statement began, is skipped and marked `locked`, never waited
 * for. Oldest promise first, then the lower id; under the limit, callbacks without a live entry come before those
 * that have one. The lists are joined here, and looked up by array, which is always by index: with old statistics a
 * plan would nest them, or read a million callbacks to find none.
 */
export async function loadSnapshot(db: Db, wanted: Wanted): Promise<Snapshot> {
  const { dueCount, due, queueTypes, lockedCallbacks, entries, lockedEntries, agents } = await load(db, wanted);
  const queueTypeOf = new Map(queueTypes);
  const callbackLocks = new Map(lockedCallbacks);
  const entryLocks = new Map(lockedEntries);
  const isOurs = (entry: Loaded["entries"][number]): boolean =>
    entryLocks.get(entry.id) === entry.version &&
    (entry.callbackId === null || callbackLocks.get(entry.callbackId) === entry.callback?.[1]);
  const entryOf = new Map(
    entries.map((entry) => [
      entry.userId,
      {
        ...entry,
        isAccepted: entry.callback?.[0] === "accepted",
        mayBeCalled: entry.callback?.[2] ?? false,
        locked: !isOurs(entry),
      },
    ]),
  );
  const dueUsers = new Set(due.map(({ userId }) => userId));
  return snapshotSchema.parse({
    dueCount,
    due: due.map((callback) => {
      const entry = entryOf.get(callback.userId) ?? null;
      const queueType = entry?.queueType ?? queueTypeOf.get(callback.userId) ?? "outstanding_requests";
      const [doNotCall, wrongNumber, zone] = callback.user ?? [null, null, callback.promisedZone];
      const locked = callbackLocks.get(callback.id) !== callback.version;
      return { ...callback, queueType, entry, locked, doNotCall, wrongNumber, zone };
    }),
    held: [...entryOf.values()]
      .filter(({ userId }) => !dueUsers.has(userId))
      .map((entry) => ({ entry, userId: entry.userId })),
    agents,
  });
}

async function load(db: Db, { now, horizon, silentSince, limit, userIds }: Wanted): Promise<Loaded> {
  const ofUsers = userIds ? sql`AND c.user_id = ANY (${userIds.map(String)}::text[]::bigint[])` : sql``;
  const [row] = await query(
    db,
    z.object({ snapshot: z.custom<Loaded>((value) => typeof value === "object" && value !== null) }),
    sql`
    WITH all_due AS MATERIALIZED (
      SELECT c.id, c.user_id, c.scheduled_for, EXISTS (
               SELECT FROM live_entries q WHERE q.callback_id = c.id) AS has_entry
      FROM callbacks c
      WHERE c.status IN ('pending', 'accepted') AND c.scheduled_for <= ${horizon}::timestamptz
        AND (c.status = 'pending' OR c.scheduled_for < ${now}::timestamptz) ${ofUsers}
    ), due AS MATERIALIZED (
      SELECT id FROM all_due ORDER BY has_entry, scheduled_for, id LIMIT ${limit}::int
    ), live AS MATERIALIZED (
      -- The table instead of live_entries: a view has no row versions.
      SELECT q.*, q.xmin::text AS version FROM call_queue q
      WHERE q.status IN ('pending', 'assigned') AND q.user_id = ANY (ARRAY(SELECT user_id FROM all_due))
      UNION
      SELECT q.*, q.xmin::text
      FROM call_queue q JOIN agent_presence p ON p.agent_id = q.assigned_to_agent_id
      WHERE q.status = 'assigned'
        AND (p.gone_since IS NOT NULL OR p.last_activity < ${silentSince}::timestamptz
             OR (q.call_session_id IS NULL AND q.queue_type <> ALL (p.allowed_queues)))
    ), locked AS MATERIALIZED (
      SELECT c.id, c.xmin::text AS version FROM callbacks c
      WHERE c.id = ANY (ARRAY(SELECT id FROM due UNION ALL SELECT callback_id FROM live))
      ORDER BY c.id FOR UPDATE OF c SKIP LOCKED
    ), live_locked AS MATERIALIZED (
      SELECT q.id, q.xmin::text AS version FROM call_queue q WHERE q.id = ANY (ARRAY(SELECT id FROM live))
      ORDER BY q.id FOR UPDATE OF q SKIP LOCKED
    ), load AS MATERIALIZED (
      SELECT assigned_to_agent_id AS agent_id, count(*)::int AS live,
             count(*) FILTER (WHERE callback_id IS NOT NULL AND call_session_id IS NULL)::int AS waiting
      FROM call_queue WHERE status = 'assigned' GROUP BY 1
    )
    SELECT json_build_object(
      'dueCount', (SELECT count(*) FROM all_due),
      'due', coalesce((SELECT json_agg(json_build_object(
          'id', c.id, 'userId', c.user_id::text, 'version', c.xmin::text, 'status', c.status, 'scheduledFor', c.scheduled_for,
          'promisedFor', c.promised_for, 'promisedZone', c.promised_zone,
          'user', (SELECT json_build_array(n.do_not_call, n.wrong_number, zone_of(u))
                   FROM called_numbers n JOIN users u ON u.id = n.user_id WHERE n.callback_id = c.id),
          'preferredAgentId', c.preferred_agent_id, 'acceptedByAgentId', c.accepted_by_agent_id,
          'releasedByAgentId', c.released_by_agent_id, 'releasedUntil', c.released_until, 'failedTicks', c.failed_ticks,
          'quarantineCode', CASE WHEN c.quarantined_at IS NOT NULL THEN coalesce(c.event_data->>'code', 'unknown') END,
          'namesNumber', c.number IS NOT NULL)
          ORDER BY c.scheduled_for, c.id)
        FROM callbacks c WHERE c.id = ANY (ARRAY(SELECT id FROM due))), '[]'),
      'queueTypes', coalesce((SELECT json_agg(json_build_array(t.user_id::text, t.queue_type))
        FROM user_queue_types t WHERE t.user_id = ANY (ARRAY(SELECT user_id FROM all_due))), '[]'),
      'lockedCallbacks', coalesce((SELECT json_agg(json_build_array(id, version)) FROM locked), '[]'),
      'entries', coalesce((SELECT json_agg(json_build_object(
          'id', l.id, 'userId', l.user_id::text, 'version', l.version, 'callbackId', l.callback_id, 'queueType', l.queue_type,
          'alsoCovers', l.named_callback_ids, 'agentId', l.assigned_to_agent_id, 'callSessionId', l.call_session_id::text,
          'assignedAt', l.assigned_at, 'availableFrom', l.available_from, 'availableUntil', l.available_until,
          'callback', (SELECT json_build_array(c.status, c.xmin::text, CASE WHEN c.status = 'accepted' THEN (
                SELECT NOT (n.do_not_call OR n.wrong_number) FROM called_numbers n WHERE n.callback_id = c.id) END)
            FROM callbacks c WHERE c.id = l.callback_id))
          ORDER BY l.user_id)
        FROM live l), '[]'),
      'lockedEntries', coalesce((SELECT json_agg(json_build_array(id, version)) FROM live_locked), '[]'),
      'agents', coalesce((SELECT json_agg(json_build_object(
          'id', p.agent_id, 'name', p.name, 'isAiAgent', p.is_ai_agent, 'isActive', p.is_active, 'allowedQueues', p.allowed_queues,
          'status', p.status, 'statusSince', p.status_since, 'lastActivity', p.last_activity,
          'goneSince', p.gone_since, 'live', coalesce(load.live, 0), 'waiting', coalesce(load.waiting, 0))
          ORDER BY p.agent_id)
        FROM agent_presence p LEFT JOIN load ON load.agent_id = p.agent_id), '[]')
    ) AS snapshot`,
  );
  return row!.snapshot;
}
