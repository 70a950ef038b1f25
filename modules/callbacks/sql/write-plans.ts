import { z } from "zod";
import type { Db } from "#lib/db";
import { execute, query, type Sql, sql } from "#lib/sql";
import type { CallbackChange, EntryMove, NewEntry, UserPlan } from "../plan.ts";

/** Who writes, when: the time and actor of each event, and the ledger row of a tick that each notification belongs to. */
export type Tick = { now: Date; actor: string; tickRunId: bigint | null };

// The writes of a tick, each one statement for all users. The tick holds the locks of every callback and entry named
// here, so a condition that does not hold means the plan was wrong, not that somebody was faster.

/** Closes entries that give way. */
export async function closeEntries(db: Db, now: Date, closes: UserPlan["close"]): Promise<void> {
  if (closes.length === 0) return;
  await execute(
    db,
    sql`UPDATE call_queue q SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = x.reason
        FROM json_to_recordset(${JSON.stringify(closes)}::json) AS x("entryId" int, reason text)
        WHERE q.id = x."entryId" AND q.status IN ('pending', 'assigned')`,
  );
}

/** Ends calls whose agent never came back to them; a later outcome with this call settles nothing. */
export async function abandonCalls(db: Db, now: Date, callSessionIds: readonly string[]): Promise<void> {
  if (callSessionIds.length === 0) return;
  await execute(
    db,
    sql`UPDATE call_sessions SET status = 'abandoned', ended_at = greatest(${now}::timestamptz, started_at)
        WHERE id = ANY (${callSessionIds}::text[]::bigint[]) AND ended_at IS NULL`,
  );
}

/**
 * Makes live entries, each with its notification and the event of its callback. Who has one by now (the unique indexes
 * say so) is passed over with all three. Returns the callbacks that were queued.
 */
export async function queueCallbacks(
  db: Db,
  tick: Tick,
  entries: readonly (NewEntry & CallbackChange)[],
): Promise<number[]> {
  if (entries.length === 0) return [];
  const rows = await query(
    db,
    z.object({ id: z.int() }),
    sql`WITH x AS MATERIALIZED (
          SELECT * FROM json_to_recordset(${JSON.stringify(entries)}::json) AS x("userId" bigint, "queueType" text, score int,
            "agentId" int, "callbackId" int, named int[], "availableFrom" timestamptz, ${CHANGE_COLUMNS})
        ), made AS (
          INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, assigned_to_agent_id,
                                  assigned_at, callback_id, named_callback_ids, available_from, created_at)
          SELECT "userId", "queueType", score, CASE WHEN "agentId" IS NULL THEN 'pending' ELSE 'assigned' END, why,
                 "agentId", CASE WHEN "agentId" IS NOT NULL THEN ${tick.now}::timestamptz END, "callbackId",
                 named, "availableFrom", ${tick.now}::timestamptz
          FROM x ON CONFLICT DO NOTHING
          RETURNING id, callback_id, assigned_to_agent_id, queue_reason
        ), told AS (
          ${notify(tick, sql`made`)}
        )
        UPDATE callbacks c SET ${change(tick)}
        FROM x JOIN made ON made.callback_id = x."callbackId"
        WHERE c.id = x."callbackId" AND c.status IN ('pending', 'accepted')
        RETURNING c.id`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Gives entries another place: another agent or none, another callback of the same user, no call. An agent who gets a
 * callback this way has a notification.
 */
export async function moveEntries(db: Db, tick: Tick, moves: readonly EntryMove[]): Promise<void> {
  if (moves.length === 0) return;
  await execute(
    db,
    sql`WITH moved AS (
          UPDATE call_queue q
          SET callback_id = x."callbackId", priority_score = coalesce(x.score, q.priority_score),
              status = CASE WHEN x."agentId" IS NULL THEN 'pending' ELSE 'assigned' END,
              assigned_to_agent_id = x."agentId",
              assigned_at = CASE WHEN x."agentId" IS NULL THEN NULL
                                 WHEN x."agentId" = q.assigned_to_agent_id THEN q.assigned_at ELSE ${tick.now}::timestamptz END,
              named_callback_ids = x.named,
              available_from = coalesce(x."availableFrom", q.available_from),
              call_session_id = NULL, claimed_at = NULL, queue_reason = x.why
          FROM json_to_recordset(${JSON.stringify(moves)}::json) AS x("entryId" int, "callbackId" int, score int,
                 "agentId" int, named int[], "availableFrom" timestamptz, why text)
          WHERE q.id = x."entryId" AND q.status IN ('pending', 'assigned')
          RETURNING q.id, q.callback_id, q.assigned_to_agent_id, q.queue_reason
        )
        ${notify(tick, sql`moved`)} WHERE callback_id IS NOT NULL AND assigned_to_agent_id IS NOT NULL`,
  );
}

/** Makes entries stand for other due callbacks of their user, too. */
export async function nameCallbacks(db: Db, names: readonly NonNullable<UserPlan["name"]>[]): Promise<void> {
  if (names.length === 0) return;
  await execute(
    db,
    sql`UPDATE call_queue q SET named_callback_ids = x.named
        FROM json_to_recordset(${JSON.stringify(names)}::json) AS x("entryId" int, named int[])
        WHERE q.id = x."entryId" AND q.status IN ('pending', 'assigned')`,
  );
}

/** Writes what was decided about callbacks; the trigger makes an event of each. */
export async function changeCallbacks(db: Db, tick: Tick, changes: readonly CallbackChange[]): Promise<void> {
  if (changes.length === 0) return;
  await execute(
    db,
    sql`UPDATE callbacks c SET ${change(tick)}
        FROM json_to_recordset(${JSON.stringify(changes)}::json) AS x("callbackId" int, ${CHANGE_COLUMNS})
        WHERE c.id = x."callbackId" AND c.status IN ('pending', 'accepted')`,
  );
}

/** The columns of a `CallbackChange` in a record set, but for the id. */
const CHANGE_COLUMNS = sql`type text, why text, data jsonb, unaccept boolean, "failedTicks" int, quarantine boolean`;

/** What a change `x` does to callback `c`. */
function change({ now, actor }: Tick): Sql {
  return sql`
    status = CASE WHEN x.unaccept THEN 'pending' ELSE c.status END,
    accepted_by_agent_id = CASE WHEN NOT x.unaccept THEN c.accepted_by_agent_id END,
    accepted_at = CASE WHEN NOT x.unaccept THEN c.accepted_at END,
    failed_ticks = x."failedTicks",
    quarantined_at = CASE WHEN x.quarantine THEN ${now}::timestamptz END,
    first_queued_at = CASE WHEN x.type IN ('queued', 'covered') THEN coalesce(c.first_queued_at, ${now}::timestamptz)
                           ELSE c.first_queued_at END,
    event_type = x.type, event_at = ${now}::timestamptz, event_actor = ${actor}, event_why = x.why, event_data = x.data`;
}

/** A row for every time a callback was put into somebody's queue, or at its front with nobody. */
function notify({ now, tickRunId }: Tick, entries: Sql): Sql {
  return sql`INSERT INTO callback_notifications (callback_id, queue_entry_id, agent_id, tick_run_id, notified_at, why)
    SELECT callback_id, id, assigned_to_agent_id, ${tickRunId}::bigint, ${now}::timestamptz, queue_reason FROM ${entries}`;
}
