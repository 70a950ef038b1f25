import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { asJson, query, sql } from "#lib/database/sql";
import { event } from "./event.ts";

/** A recorded outcome: the call, when it was recorded, the callbacks it may have settled, and the one it promised. */
type Recorded = { callSessionId: bigint; at: Date; callbackIds: readonly number[]; promisedId: number | null };

/**
 * Undoes the effects of an outcome on promises: each is as it was before, and the promise that the outcome made is cancelled. The
 * former values come from the events. False when one of them has changed since, or when a text about one of them is being sent:
 * the caller must then roll back the transaction. The caller holds the locks of the callbacks.
 */
export async function unsettleCallbacks(ctx: Ctx, recorded: Recorded): Promise<boolean> {
  const { at, callbackIds, promisedId } = recorded;
  const actor = describeActor(ctx.actor);
  const callSessionId = String(recorded.callSessionId);
  const data = asJson({ callSessionId });
  const why = "The outcome was taken back; it is as it was before.";
  const cancelled = "The outcome that promised it was taken back.";
  const [row] = await query(
    ctx.db,
    z.object({ isWhole: z.boolean() }),
    sql`WITH settled AS MATERIALIZED (
          SELECT callback_id AS id, max(seq) AS seq FROM callback_events
          WHERE callback_id = ANY (${callbackIds}::int[]) AND type IN ('completed', 'failed', 'retried', 'rescheduled')
            AND at >= ${at}::timestamptz AND data ->> 'callSessionId' = ${callSessionId}
          GROUP BY callback_id
        ), before AS MATERIALIZED (
          SELECT c.id, jsonb_populate_record(NULL::callbacks, (
                   SELECT jsonb_object_agg(name, value) FROM (
                     SELECT DISTINCT ON (x.name) x.name, x.value FROM callback_events e, jsonb_each(e.changes) AS x(name, value)
                     WHERE e.callback_id = c.id AND e.seq < s.seq ORDER BY x.name, e.seq DESC) latest)) AS was
          FROM callbacks c JOIN settled s ON s.id = c.id AND s.seq = c.event_seq
        ), restored AS (
          UPDATE callbacks c
          SET status = (was).status, attempts = (was).attempts, scheduled_for = (was).scheduled_for,
              promised_for = (was).promised_for, promised_local = (was).promised_local, promised_zone = (was).promised_zone,
              accepted_by_agent_id = (was).accepted_by_agent_id, accepted_at = (was).accepted_at,
              completed_call_session_id = NULL, completed_by_agent_id = NULL, completed_at = NULL, failed_at = NULL,
              first_queued_at = (was).first_queued_at, first_taken_at = (was).first_taken_at,
              failed_ticks = (was).failed_ticks, quarantined_at = (was).quarantined_at,
              ${event(ctx, { type: "outcome_undone", why, data })}
          FROM before WHERE c.id = before.id RETURNING c.id
        ), withdrawn AS (
          UPDATE callbacks
          SET status = 'cancelled', cancelled_by = ${actor}, cancelled_at = ${ctx.now}::timestamptz, cancel_reason = ${cancelled},
              ${event(ctx, { type: "cancelled", why: cancelled, data })}
          WHERE id = ${promisedId}::int AND status = 'pending' AND event_seq = 1 RETURNING id
        )
        SELECT (SELECT count(*) FROM settled) = (SELECT count(*) FROM restored)
               AND (${promisedId}::int IS NULL OR EXISTS (SELECT FROM withdrawn))
               AND NOT EXISTS (SELECT FROM callback_texts t
                               WHERE (t.callback_id IN (SELECT id FROM settled) OR t.callback_id = ${promisedId}::int)
                                 AND t.at >= ${at}::timestamptz AND t.message_id IS NOT NULL) AS "isWhole"`,
  );
  return row!.isWhole;
}
