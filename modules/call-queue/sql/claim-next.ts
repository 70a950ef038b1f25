import { z } from "zod";
import type { Db } from "#lib/db";
import { query, type Sql, sql } from "#lib/sql";

const claim = z.object({
  /** The entry looked at, or null when none is waiting. */
  entryId: z.int().nullable(),
  /** The call opened on it, or null when somebody else is changing its callback at this moment. */
  callSessionId: z.bigint().nullable(),
});
export type Claim = z.infer<typeof claim>;

export type ClaimOrder = {
  agentId: number;
  queueType: string | null;
  now: Date;
  excluded: readonly number[];
  actor: string;
};

/**
 * Claims the agent's next entry and opens its call, in one statement: choose, lock with SKIP LOCKED, mark, return.
 * Lower score first, then own before unassigned, then the earlier time, then the lower id. Two agents asking together
 * get different entries. The callback is locked without waiting, after its entry: who holds it (an accept, a tick)
 * may be waiting for the entry, and then this claim gives way.
 */
export async function claimNext(db: Db, order: ClaimOrder): Promise<Claim> {
  const [row] = await query(
    db,
    claim,
    sql`
    WITH me AS MATERIALIZED (
      SELECT agent_id, name, allowed_queues, is_ai_agent FROM agent_presence WHERE agent_id = ${order.agentId}
    ), side AS MATERIALIZED (
      -- Whether the own entries or the unassigned ones hold the lower score; own wins a tie.
      SELECT own.score IS NOT NULL AND own.score <= coalesce(free.score, own.score) AS is_own
      FROM (VALUES (1)) one
      LEFT JOIN LATERAL (SELECT q.priority_score AS score ${candidates(order)} AND ${OWN} ${CALLING_ORDER} LIMIT 1) own ON true
      LEFT JOIN LATERAL (SELECT q.priority_score AS score ${candidates(order)} AND ${FREE} ${CALLING_ORDER} LIMIT 1) free ON true
    ), picked_own AS MATERIALIZED (
      SELECT q.id ${candidates(order)} AND ${OWN} AND (SELECT is_own FROM side)
      ${CALLING_ORDER} LIMIT 1 FOR UPDATE OF q SKIP LOCKED
    ), picked_free AS MATERIALIZED (
      SELECT q.id ${candidates(order)} AND ${FREE} AND NOT (SELECT is_own FROM side)
      ${CALLING_ORDER} LIMIT 1 FOR UPDATE OF q SKIP LOCKED
    ), picked AS MATERIALIZED (
      SELECT q.* FROM call_queue q WHERE q.id IN (SELECT id FROM picked_own UNION ALL SELECT id FROM picked_free)
    ), held AS MATERIALIZED (
      SELECT c.id FROM callbacks c JOIN picked ON picked.callback_id = c.id
      WHERE c.status = 'pending' OR (c.status = 'accepted' AND c.accepted_by_agent_id = ${order.agentId})
      FOR UPDATE OF c SKIP LOCKED
    ), opened AS (
      INSERT INTO call_sessions (user_id, agent_id, callback_id, queue_entry_id, fence, queue_type, direction, status, started_at, created_at, number)
      SELECT user_id, ${order.agentId}, callback_id, id, fence + 1, queue_type, 'outbound', 'in_progress', ${order.now}::timestamptz, ${order.now}::timestamptz,
             (SELECT number FROM users u WHERE u.id = picked.user_id)
      FROM picked WHERE callback_id IS NULL OR EXISTS (SELECT FROM held)
      RETURNING id, queue_entry_id, callback_id
    ), claimed AS (
      UPDATE call_queue q
      SET status = 'assigned', assigned_to_agent_id = ${order.agentId}, call_session_id = opened.id, fence = q.fence + 1,
          assigned_at = CASE WHEN q.assigned_to_agent_id = ${order.agentId} THEN q.assigned_at ELSE ${order.now}::timestamptz END,
          claimed_at = ${order.now}::timestamptz
      FROM opened WHERE q.id = opened.queue_entry_id AND q.status IN ('pending', 'assigned') AND q.call_session_id IS NULL
      RETURNING q.id
    ), told AS (
      UPDATE callbacks c
      SET first_taken_at = coalesce(c.first_taken_at, ${order.now}::timestamptz), event_type = 'call_started',
          event_at = ${order.now}::timestamptz, event_actor = ${order.actor}, event_why = me.name || ' took it as the next call.',
          event_data = jsonb_build_object('callSessionId', opened.id::text, 'agentId', me.agent_id)
      FROM opened, me WHERE c.id = opened.callback_id
    )
    SELECT (SELECT id FROM picked) AS "entryId", (SELECT opened.id FROM opened JOIN claimed ON claimed.id = opened.queue_entry_id) AS "callSessionId"`,
  );
  return row!;
}

/** The entry that a claim at this moment would take, without taking it; null when none is waiting. */
export async function peekNext(db: Db, order: Omit<ClaimOrder, "excluded" | "actor">): Promise<number | null> {
  const wanted = { ...order, excluded: [], actor: "" };
  const [row] = await query(
    db,
    z.object({ id: z.int() }),
    sql`
    WITH me AS MATERIALIZED (
      SELECT agent_id, name, allowed_queues, is_ai_agent FROM agent_presence WHERE agent_id = ${order.agentId}
    ), first AS (
      (SELECT q.id, q.priority_score, 0 AS side ${candidates(wanted)} AND ${OWN} ${CALLING_ORDER} LIMIT 1)
      UNION ALL
      (SELECT q.id, q.priority_score, 1 AS side ${candidates(wanted)} AND ${FREE} ${CALLING_ORDER} LIMIT 1)
    )
    SELECT id FROM first ORDER BY priority_score, side LIMIT 1`,
  );
  return row?.id ?? null;
}

const OWN: Sql = sql`q.status = 'assigned' AND q.assigned_to_agent_id = me.agent_id`;
const FREE: Sql = sql`q.status = 'pending' AND (NOT me.is_ai_agent OR c.preferred_agent_id = me.agent_id)`;
const CALLING_ORDER: Sql = sql`ORDER BY q.priority_score, q.available_from, q.id`;

/**
 * Entries this agent may be given now: within their hours, which whoever writes an entry has worked out. Do-not-call and
 * a wrong number beat every state, whatever the queue says, and a number is in one call at a time, whoever has it: both
 * marks lie in the user's row, the open call is one look by index.
 */
function candidates({ queueType, now, excluded }: ClaimOrder): Sql {
  return sql`FROM call_queue q CROSS JOIN me
    JOIN users u ON u.id = q.user_id AND NOT u.do_not_call AND NOT u.wrong_number
    LEFT JOIN callbacks c ON c.id = q.callback_id
    WHERE q.call_session_id IS NULL AND q.available_from <= ${now}::timestamptz AND (q.available_until > ${now}::timestamptz OR q.available_until IS NULL)
      AND q.queue_type = ANY (me.allowed_queues) AND q.queue_type = coalesce(${queueType}::text, q.queue_type)
      AND q.id <> ALL (${excluded}::int[])
      AND (c.released_by_agent_id IS DISTINCT FROM me.agent_id OR c.released_until <= ${now}::timestamptz)
      AND NOT EXISTS (SELECT FROM call_sessions s WHERE s.user_id = q.user_id AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, ${now}::timestamptz))
      AND NOT EXISTS (SELECT FROM call_sessions s WHERE s.number = u.number AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, ${now}::timestamptz))`;
}
