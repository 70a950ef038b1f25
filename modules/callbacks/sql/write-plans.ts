import { z } from "zod";
import type { Db } from "#lib/db";
import { execute, query, type Sql, sql } from "#lib/sql";
import type { RoutingReason } from "../reason-schema.ts";
import type { CallbackChange, EntryMove, NewEntry, UserPlan } from "../routing/plan.ts";
import { sentenceOf, utc } from "../routing/sentences.ts";

/** Who writes, when: the time and actor of each event, and the ledger row of a tick that each notification belongs to. */
export type Tick = { now: Date; actor: string; tickRunId: bigint | null };

// The writes of a tick, each one statement for all users. The tick holds the locks of every callback and entry named
// here, so a condition that does not hold means the plan was wrong, not that somebody was faster.
// Rows are looked up by an array of ids, and what is written about each by its id in one object. Joined to a list, whose
// length PostgreSQL guesses, they were nested after a large import on old statistics: 20,000 rows times 20,000.

/** Closes entries that give way. */
export async function closeEntries(db: Db, now: Date, closes: UserPlan["close"]): Promise<void> {
  if (closes.length === 0) return;
  const { ids, about } = byId(closes, ({ entryId }) => entryId);
  await execute(
    db,
    sql`UPDATE call_queue q
        SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = ${about}::jsonb -> q.id::text ->> 'reason'
        WHERE q.id = ANY (${ids}::int[]) AND q.status IN ('pending', 'assigned')`,
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
 * Makes live entries, each with its notification. Who has one by now (the unique indexes say so) is passed over with
 * both. Returns the callbacks that were queued.
 */
export async function queueCallbacks(db: Db, tick: Tick, entries: readonly NewEntry[]): Promise<number[]> {
  if (entries.length === 0) return [];
  const rows = await query(
    db,
    z.object({ id: z.int() }),
    sql`WITH made AS (
          INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, reason, assigned_to_agent_id,
                                  assigned_at, callback_id, named_callback_ids, available_from, available_until, created_at)
          SELECT "userId", "queueType", score, CASE WHEN "agentId" IS NULL THEN 'pending' ELSE 'assigned' END, why, reason,
                 "agentId", CASE WHEN "agentId" IS NOT NULL THEN ${tick.now}::timestamptz END, "callbackId",
                 "alsoCovers", "availableFrom", "availableUntil", ${tick.now}::timestamptz
          FROM json_to_recordset(${JSON.stringify(entries.map(inWords))}::json) AS x("userId" bigint, "queueType" text, score int,
            "agentId" int, "callbackId" int, "alsoCovers" int[], "availableFrom" timestamptz,
            "availableUntil" timestamptz, why text, reason jsonb)
          ON CONFLICT DO NOTHING
          RETURNING id, callback_id, assigned_to_agent_id, queue_reason, reason
        ), told AS (
          ${notify(tick, sql`made`)}
        )
        SELECT callback_id AS id FROM made`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Gives entries another place: another agent or none, another callback of the same user, no call. An agent who gets a
 * callback this way has a notification.
 */
export async function moveEntries(db: Db, tick: Tick, moves: readonly EntryMove[]): Promise<void> {
  if (moves.length === 0) return;
  const { ids, about } = byId(moves.map(inWords), ({ entryId }) => entryId);
  await execute(
    db,
    sql`WITH moved AS (
          UPDATE call_queue q
          SET (callback_id, priority_score, status, assigned_to_agent_id, assigned_at, named_callback_ids,
               available_from, available_until, queue_reason, reason) = (
            SELECT x."callbackId", coalesce(x.score, q.priority_score),
                   CASE WHEN x."agentId" IS NULL THEN 'pending' ELSE 'assigned' END, x."agentId",
                   CASE WHEN x."agentId" IS NULL THEN NULL
                        WHEN x."agentId" = q.assigned_to_agent_id THEN q.assigned_at ELSE ${tick.now}::timestamptz END,
                   x."alsoCovers", coalesce(x."availableFrom", q.available_from),
                   CASE WHEN x."availableFrom" IS NULL THEN q.available_until ELSE x."availableUntil" END, x.why, x.reason
            FROM jsonb_to_record(${about}::jsonb -> q.id::text) AS x("callbackId" int, score int,
                 "agentId" int, "alsoCovers" int[], "availableFrom" timestamptz,
                 "availableUntil" timestamptz, why text, reason jsonb)),
              call_session_id = NULL, claimed_at = NULL
          WHERE q.id = ANY (${ids}::int[]) AND q.status IN ('pending', 'assigned')
          RETURNING q.id, q.callback_id, q.assigned_to_agent_id, q.queue_reason, q.reason
        )
        ${notify(tick, sql`moved`)} WHERE callback_id IS NOT NULL AND assigned_to_agent_id IS NOT NULL`,
  );
}

/** Makes entries stand for other due callbacks of their user, too. */
export async function coverCallbacks(db: Db, covers: readonly NonNullable<UserPlan["cover"]>[]): Promise<void> {
  if (covers.length === 0) return;
  const { ids, about } = byId(covers, ({ entryId }) => entryId);
  await execute(
    db,
    sql`UPDATE call_queue q
        SET named_callback_ids = (SELECT x."alsoCovers" FROM jsonb_to_record(${about}::jsonb -> q.id::text) AS x("alsoCovers" int[]))
        WHERE q.id = ANY (${ids}::int[]) AND q.status IN ('pending', 'assigned')`,
  );
}

/** Writes what was decided about callbacks; the trigger makes an event of each. */
export async function changeCallbacks(db: Db, { now, actor }: Tick, changes: readonly CallbackChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { ids, about } = byId(changes.map(inWords), ({ callbackId }) => callbackId);
  await execute(
    db,
    sql`UPDATE callbacks c
        SET (status, accepted_by_agent_id, accepted_at, failed_ticks, quarantined_at, first_queued_at,
             event_type, event_at, event_actor, event_why, event_data) = (
          SELECT CASE WHEN x."returnToQueue" THEN 'pending' ELSE c.status END,
                 CASE WHEN NOT x."returnToQueue" THEN c.accepted_by_agent_id END,
                 CASE WHEN NOT x."returnToQueue" THEN c.accepted_at END,
                 x."failedTicks",
                 CASE WHEN x.quarantine THEN ${now}::timestamptz END,
                 CASE WHEN x.type IN ('queued', 'covered') THEN coalesce(c.first_queued_at, ${now}::timestamptz)
                      ELSE c.first_queued_at END,
                 x.type, ${now}::timestamptz, ${actor}, x.why, x.data || jsonb_build_object('reason', x.reason)
          FROM jsonb_to_record(${about}::jsonb -> c.id::text) AS x(
            type text, why text, reason jsonb, data jsonb, "returnToQueue" boolean, "failedTicks" int, quarantine boolean))
        WHERE c.id = ANY (${ids}::int[]) AND c.status IN ('pending', 'accepted')`,
  );
}

/** The ids of `rows`, and as JSON an object that has each row under its id. */
function byId<T>(rows: readonly T[], idOf: (row: T) => number): { ids: number[]; about: string } {
  return { ids: rows.map(idOf), about: JSON.stringify(Object.fromEntries(rows.map((row) => [idOf(row), row]))) };
}

/** The same with its reason as a sentence, for everything that reads the text alone. */
function inWords<T extends { reason: RoutingReason }>(row: T): T & { why: string } {
  return { ...row, why: sentenceOf(row.reason, utc) };
}

/** A row for every time a callback was put into somebody's queue, or at its front with nobody. */
function notify({ now, tickRunId }: Tick, entries: Sql): Sql {
  return sql`INSERT INTO callback_notifications (callback_id, queue_entry_id, agent_id, tick_run_id, notified_at, why, reason)
    SELECT callback_id, id, assigned_to_agent_id, ${tickRunId}::bigint, ${now}::timestamptz, queue_reason, reason FROM ${entries}`;
}
