import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import { ERASED, type UserErasure } from "../../module.ts";

/**
 * Erases the words about the user's calls, the zone in their sentences, the number, and the id that leads to the recording at
 * Twilio. The recorded outcome keeps its shape, so that it can still be read; only a repeat of it is not recognised any more.
 */
export async function eraseCalls(db: Db, { userId }: UserErasure): Promise<number> {
  return execute(
    db,
    sql`WITH cleaned AS (
          SELECT s.id, CASE WHEN s.notes IS NOT NULL THEN ${ERASED} END AS notes,
                 CASE WHEN s.outcome IS NOT NULL THEN jsonb_build_object('request', ${ERASED}::text, 'answer',
                   (s.outcome -> 'answer') || jsonb_build_object('message', ${ERASED}::text, 'conflicts', '[]'::jsonb, 'openCallbacks',
                     (SELECT coalesce(jsonb_agg(open || jsonb_build_object('callbackReason',
                               CASE WHEN open ->> 'callbackReason' IS NOT NULL THEN ${ERASED}::text END)), '[]')
                      FROM jsonb_array_elements(s.outcome #> '{answer,openCallbacks}') AS open))) END AS outcome
          FROM call_sessions s WHERE s.user_id = ${userId}
        )
        UPDATE call_sessions s SET notes = cleaned.notes, outcome = cleaned.outcome, twilio_call_sid = NULL, number = NULL,
               awaits_outcome = false
        FROM cleaned
        WHERE s.id = cleaned.id AND (s.notes, s.outcome, s.twilio_call_sid, s.number, s.awaits_outcome)
              IS DISTINCT FROM (cleaned.notes, cleaned.outcome, NULL::text, NULL::text, false)`,
  );
}
