import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";

// The writes of routing to entries: one statement per kind of decision, for all entries. The caller holds the locks of every callback and
// entry named here, so a condition that does not hold means the decision was wrong, not that somebody was faster.
// Rows are looked up by an array of ids, and the new values of each row by its id in one object. Joined to a list, whose
// length PostgreSQL guesses, they were nested after a large import on old statistics: 20,000 rows times 20,000.

/** The place of an entry: its agent, from when and until when it may be offered, and the reason in words and as data. */
type Place = {
  callbackId: number | null;
  agentId: number | null;
  alsoCovers: readonly number[];
  availableFrom: Date | null;
  availableUntil: Date | null;
  why: string;
  reason: object;
};
type NewEntry = Place & { callbackId: number; userId: string; queueType: string; score: number };
/** With a null score or without `availableFrom`, the entry keeps its own. */
type EntryMove = Place & { entryId: number; score: number | null };

const placed = z.object({ entryId: z.int(), callbackId: z.int().nullable(), agentId: z.int().nullable() });
/** An entry after it was placed. */
export type Placed = z.infer<typeof placed>;

/** Removes live entries, each with its reason. */
export async function removeEntries(
  db: Db,
  now: Date,
  removals: readonly { entryId: number; reason: string }[],
): Promise<void> {
  if (removals.length === 0) return;
  const { ids, about } = byId(removals);
  await execute(
    db,
    sql`UPDATE live_entries q
        SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = ${about}::jsonb -> q.id::text ->> 'reason'
        WHERE q.id = ANY (${ids}::int[])`,
  );
}

/** Inserts live entries and returns them. Skips a user or callback that has one by now: the unique indexes decide. */
export async function enqueue(db: Db, now: Date, entries: readonly NewEntry[]): Promise<Placed[]> {
  if (entries.length === 0) return [];
  return query(
    db,
    placed,
    sql`INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, reason, assigned_to_agent_id,
                                assigned_at, callback_id, named_callback_ids, available_from, available_until, created_at)
        SELECT "userId", "queueType", score, CASE WHEN "agentId" IS NULL THEN 'pending' ELSE 'assigned' END, why, reason,
               "agentId", CASE WHEN "agentId" IS NOT NULL THEN ${now}::timestamptz END, "callbackId",
               "alsoCovers", "availableFrom", "availableUntil", ${now}::timestamptz
        FROM json_to_recordset(${JSON.stringify(entries)}::json) AS x("userId" bigint, "queueType" text, score int,
          "agentId" int, "callbackId" int, "alsoCovers" int[], "availableFrom" timestamptz,
          "availableUntil" timestamptz, why text, reason jsonb)
        ON CONFLICT DO NOTHING
        RETURNING id AS "entryId", callback_id AS "callbackId", assigned_to_agent_id AS "agentId"`,
  );
}

/**
 * Moves live entries to another agent or none, or to another callback of the same user, and off their call. Returns the moved
 * entries.
 */
export async function moveEntries(db: Db, now: Date, moves: readonly EntryMove[]): Promise<Placed[]> {
  if (moves.length === 0) return [];
  const { ids, about } = byId(moves);
  return query(
    db,
    placed,
    sql`UPDATE live_entries q
        SET (callback_id, priority_score, status, assigned_to_agent_id, assigned_at, named_callback_ids,
             available_from, available_until, queue_reason, reason) = (
          SELECT x."callbackId", coalesce(x.score, q.priority_score),
                 CASE WHEN x."agentId" IS NULL THEN 'pending' ELSE 'assigned' END, x."agentId",
                 CASE WHEN x."agentId" IS NULL THEN NULL
                      WHEN x."agentId" = q.assigned_to_agent_id THEN q.assigned_at ELSE ${now}::timestamptz END,
                 x."alsoCovers", coalesce(x."availableFrom", q.available_from),
                 CASE WHEN x."availableFrom" IS NULL THEN q.available_until ELSE x."availableUntil" END, x.why, x.reason
          FROM jsonb_to_record(${about}::jsonb -> q.id::text) AS x("callbackId" int, score int,
               "agentId" int, "alsoCovers" int[], "availableFrom" timestamptz,
               "availableUntil" timestamptz, why text, reason jsonb)),
            call_session_id = NULL, claimed_at = NULL
        WHERE q.id = ANY (${ids}::int[])
        RETURNING q.id AS "entryId", q.callback_id AS "callbackId", q.assigned_to_agent_id AS "agentId"`,
  );
}

/** Makes live entries cover other due callbacks of their user. */
export async function cover(
  db: Db,
  covers: readonly { entryId: number; alsoCovers: readonly number[] }[],
): Promise<void> {
  if (covers.length === 0) return;
  const { ids, about } = byId(covers);
  await execute(
    db,
    sql`UPDATE live_entries q
        SET named_callback_ids = (SELECT x."alsoCovers" FROM jsonb_to_record(${about}::jsonb -> q.id::text) AS x("alsoCovers" int[]))
        WHERE q.id = ANY (${ids}::int[])`,
  );
}

/** The ids of entries, and an object as JSON with each row under its id. */
function byId(rows: readonly { entryId: number }[]): { ids: number[]; about: string } {
  return {
    ids: rows.map(({ entryId }) => entryId),
    about: JSON.stringify(Object.fromEntries(rows.map((row) => [row.entryId, row]))),
  };
}
