import { z } from "zod";
import type { Db } from "#lib/database/db";
import { type ByColumn, inColumns, rowsOf } from "#lib/database/columns";
import { query, sql } from "#lib/database/sql";
import { type Snapshot, snapshotSchema } from "../routing/snapshot.ts";

/** A due callback. `user`: do-not-call, wrong number and zone of the user; null: nobody knows this user any more. */
const DUE = {
  id: sql`c.id`,
  userId: sql`c.user_id::text`,
  version: sql`c.version`,
  status: sql`c.status`,
  scheduledFor: sql`c.scheduled_for`,
  promisedFor: sql`c.promised_for`,
  promisedZone: sql`c.promised_zone`,
  user: sql`(SELECT json_build_array(n.do_not_call, n.wrong_number, zone_of(u))
             FROM called_numbers n JOIN users u ON u.id = n.user_id WHERE n.callback_id = c.id)`,
  preferredAgentId: sql`c.preferred_agent_id`,
  acceptedByAgentId: sql`c.accepted_by_agent_id`,
  releasedByAgentId: sql`c.released_by_agent_id`,
  releasedUntil: sql`c.released_until`,
  failedTicks: sql`c.failed_ticks`,
  quarantineCode: sql`CASE WHEN c.quarantined_at IS NOT NULL THEN coalesce(c.event_data->>'code', 'unknown') END`,
  namesNumber: sql`c.number IS NOT NULL`,
};
type Due = Readonly<{
  id: number;
  userId: string;
  version: string;
  promisedZone: string;
  user: [doNotCall: boolean, wrongNumber: boolean, zone: string] | null;
}>;

/** A live entry. `callback`: status and version of its callback, and whether the number of an accepted one may be called. */
const ENTRY = {
  id: sql`l.id`,
  userId: sql`l.user_id::text`,
  version: sql`l.version`,
  callbackId: sql`l.callback_id`,
  queueType: sql`l.queue_type`,
  alsoCovers: sql`l.named_callback_ids`,
  agentId: sql`l.assigned_to_agent_id`,
  callSessionId: sql`l.call_session_id::text`,
  assignedAt: sql`l.assigned_at`,
  availableFrom: sql`l.available_from`,
  availableUntil: sql`l.available_until`,
  callback: sql`(SELECT json_build_array(c.status, c.xmin::text, CASE WHEN c.status = 'accepted' THEN (
                   SELECT NOT (n.do_not_call OR n.wrong_number) FROM called_numbers n WHERE n.callback_id = c.id) END)
                 FROM callbacks c WHERE c.id = l.callback_id)`,
};
type Entry = Readonly<{
  id: number;
  userId: string;
  version: string;
  callbackId: number | null;
  queueType: string;
  callback: [status: string, version: string, mayBeCalled: boolean | null] | null;
}>;

const AGENT = {
  id: sql`p.agent_id`,
  name: sql`p.name`,
  isAiAgent: sql`p.is_ai_agent`,
  isActive: sql`p.is_active`,
  allowedQueues: sql`p.allowed_queues`,
  status: sql`p.status`,
  statusSince: sql`p.status_since`,
  lastActivity: sql`p.last_activity`,
  goneSince: sql`p.gone_since`,
  live: sql`p.live`,
  waiting: sql`p.waiting`,
};

/** A locked row and its version: xmin changes whenever the row does. */
const VERSION = { id: sql`l.id`, version: sql`l.version` };
type Version = Readonly<{ id: number; version: string }>;

/** The row that the statement below returns; the snapshot made of it is parsed as a whole. */
type Loaded = {
  dueCount: number;
  due: ByColumn;
  /** The queue of each user who is in one. */
  queueTypes: [userId: string, queueType: string][];
  lockedCallbacks: ByColumn;
  entries: ByColumn;
  lockedEntries: ByColumn;
  agents: ByColumn;
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
  const loaded = await load(db, wanted);
  const due = rowsOf<Due>(DUE, loaded.due);
  const queueTypeOf = new Map(loaded.queueTypes);
  const callbackLocks = locksOf(loaded.lockedCallbacks);
  const entryLocks = locksOf(loaded.lockedEntries);
  const isOurs = (entry: Entry): boolean =>
    entryLocks.get(entry.id) === entry.version &&
    (entry.callbackId === null || callbackLocks.get(entry.callbackId) === entry.callback?.[1]);
  const entryOf = new Map(
    rowsOf<Entry>(ENTRY, loaded.entries).map((entry) => [
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
    dueCount: loaded.dueCount,
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
    agents: rowsOf(AGENT, loaded.agents),
  });
}

function locksOf(read: ByColumn): Map<number, string> {
  return new Map(rowsOf<Version>(VERSION, read).map(({ id, version }) => [id, version]));
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
      'due', (SELECT ${inColumns(DUE)} FROM (
          SELECT c.*, c.xmin::text AS version FROM callbacks c WHERE c.id = ANY (ARRAY(SELECT id FROM due))
          ORDER BY c.scheduled_for, c.id) c),
      'queueTypes', coalesce((SELECT json_agg(json_build_array(t.user_id::text, t.queue_type))
        FROM user_queue_types t WHERE t.user_id = ANY (ARRAY(SELECT user_id FROM all_due))), '[]'),
      'lockedCallbacks', (SELECT ${inColumns(VERSION)} FROM locked l),
      'entries', (SELECT ${inColumns(ENTRY)} FROM (SELECT * FROM live ORDER BY user_id) l),
      'lockedEntries', (SELECT ${inColumns(VERSION)} FROM live_locked l),
      'agents', (SELECT ${inColumns(AGENT)} FROM (
          SELECT p.*, coalesce(load.live, 0) AS live, coalesce(load.waiting, 0) AS waiting
          FROM agent_presence p LEFT JOIN load ON load.agent_id = p.agent_id ORDER BY p.agent_id) p)
    ) AS snapshot`,
  );
  return row!.snapshot;
}
