import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import { ERASED, ERASURE_REASON, type UserErasure } from "../../module.ts";
import { event } from "./event.ts";
import { letEvents } from "./let-events.ts";

/**
 * Erases the words and the zone of every callback of the user that was not erased before, each with its event. All of them have
 * ended by now, and an ended callback has no event after `erased`.
 */
export async function eraseCallbacks(ctx: Ctx, { userId }: UserErasure): Promise<number> {
  return execute(
    ctx.db,
    sql`UPDATE callbacks
        SET callback_reason = CASE WHEN callback_reason IS NOT NULL THEN ${ERASED} END,
            phone = NULL, number = NULL,
            cancel_reason = CASE WHEN cancel_reason IS NOT NULL THEN ${ERASED} END,
            promised_zone = 'UTC', promised_local = promised_for AT TIME ZONE 'UTC',
            ${event(ctx, { type: "erased", why: ERASURE_REASON })}
        WHERE user_id = ${userId} AND event_type <> 'erased'`,
  );
}

/**
 * Events whose sentence and data Ringback makes itself, from agents, numbers and times. The text of every other event is erased:
 * a type that is forgotten here loses its sentence and never keeps a person's words.
 */
const DESK_EVENTS = [
  "queued",
  "covered",
  "rerouted",
  "refused",
  "quarantined",
  "accepted",
  "snoozed",
  "snooze_undone",
  "released",
  "returned",
  "reassigned",
  "call_started",
  "retried",
  "completed",
  "failed",
  "outcome_undone",
  "erased",
] as const;

/**
 * The sentence of a snooze contains the time on the clock of the user, and that of a callback that waits for the morning contains
 * the place.
 */
const TELLS_ZONE = sql`(e.type = 'snoozed' OR (e.data ->> 'rule') IS NOT DISTINCT FROM 'hours')`;

/**
 * Erases the same words from the events, so that they still replay to the present callback: a reason becomes the reason that the
 * callback has now, and a wall clock becomes the wall clock of the callback now.
 */
export async function eraseEvents(db: Db, { userId }: UserErasure): Promise<number> {
  await letEvents(db, "erase");
  return execute(
    db,
    sql`WITH cleaned AS (
          SELECT e.callback_id, e.seq,
                 CASE WHEN e.type = ANY (${DESK_EVENTS}::text[]) AND NOT ${TELLS_ZONE} THEN e.why ELSE ${ERASED} END AS why,
                 CASE WHEN e.type = ANY (${DESK_EVENTS}::text[]) AND NOT ${TELLS_ZONE} THEN e.data
                      WHEN e.type = ANY (${DESK_EVENTS}::text[]) THEN e.data - 'reason' ELSE '{}' END AS data,
                 e.changes
                   || CASE WHEN e.changes ->> 'callback_reason' IS NULL THEN '{}' ELSE jsonb_build_object('callback_reason', ${ERASED}::text) END
                   || CASE WHEN e.changes ->> 'cancel_reason' IS NULL THEN '{}' ELSE jsonb_build_object('cancel_reason', ${ERASED}::text) END
                   || CASE WHEN e.changes ? 'phone' THEN '{"phone": null, "number": null}'::jsonb ELSE '{}' END
                   || CASE WHEN e.changes ?| ARRAY['promised_zone', 'promised_local']
                           THEN jsonb_build_object('promised_zone', c.promised_zone, 'promised_local', c.promised_local) ELSE '{}' END AS changes
          FROM callback_events e JOIN callbacks c ON c.id = e.callback_id WHERE c.user_id = ${userId}
        )
        UPDATE callback_events e SET why = cleaned.why, data = cleaned.data, changes = cleaned.changes
        FROM cleaned
        WHERE e.callback_id = cleaned.callback_id AND e.seq = cleaned.seq
          AND (e.why, e.data, e.changes) IS DISTINCT FROM (cleaned.why, cleaned.data, cleaned.changes)`,
  );
}

/** Erases the reasons why the user's callbacks were queued. */
export async function eraseNotifications(db: Db, { userId }: UserErasure): Promise<number> {
  return execute(
    db,
    sql`UPDATE callback_notifications n SET why = ${ERASED}, reason = NULL FROM callbacks c
        WHERE c.id = n.callback_id AND c.user_id = ${userId} AND n.why <> ${ERASED}`,
  );
}
