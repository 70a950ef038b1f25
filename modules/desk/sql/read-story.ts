import type { z } from "zod";
import type { DeskTie } from "#modules/call-queue";
import type { ReadCtx } from "#lib/base/context";
import { doneAtOf } from "#lib/base/done-at";
import { query, sql } from "#lib/database/sql";
import { shownActor } from "#lib/identity/shown-actor";
import { storyAnswer } from "../schema.ts";

const MAX = 50;

/** Reads the events of the user's callbacks, the user's calls, and the skips in the regular queue, as one timeline. */
export async function readStory(
  { db, actor }: ReadCtx,
  userId: bigint,
  tie: DeskTie,
): Promise<z.infer<typeof storyAnswer>["story"]> {
  const me = actor.kind === "agent" ? actor.agentId : null;
  return query(
    db,
    storyAnswer.shape.story.element,
    sql`
    WITH happened AS MATERIALIZED (
      (SELECT e.at, e.type AS kind, e.callback_id, e.actor, e.why AS text, e.data -> 'reason' AS reason, NULL AS notes, e.seq AS place, e.action_id
       FROM callbacks c JOIN callback_events e ON e.callback_id = c.id WHERE c.user_id = ${userId}
       ORDER BY e.at DESC, e.callback_id DESC, e.seq DESC LIMIT ${MAX})
      UNION ALL
      (SELECT coalesce(s.outcome_at, s.started_at), 'call', s.callback_id, coalesce('agent ' || s.agent_id, 'system'),
              CASE WHEN s.direction = 'inbound' THEN 'Called us' ELSE 'Was called' END
              || coalesce(': ' || replace(s.last_outcome_type, '_', ' '), ', ' || replace(s.status, '_', ' ')) || '.', NULL,
              CASE WHEN ${tie === "call"} OR s.agent_id = ${me}::int THEN nullif(s.notes, '') END, 0, NULL
       FROM call_sessions s WHERE s.user_id = ${userId}
         -- Until it ends, the call of a callback is shown by the event that it began.
         AND (s.ended_at IS NOT NULL OR NOT EXISTS
              (SELECT FROM callback_events b WHERE b.callback_id = s.callback_id AND b.type = 'call_started' AND b.data ->> 'callSessionId' = s.id::text))
       ORDER BY s.started_at DESC LIMIT ${MAX})
      UNION ALL
      (SELECT q.skipped_at, 'skipped', NULL, 'agent ' || q.skipped_by_agent_id, q.skip_why, NULL, NULL, 0, NULL
       FROM call_queue q WHERE q.user_id = ${userId} AND q.skipped_at IS NOT NULL ORDER BY q.skipped_at DESC LIMIT ${MAX})
    )
    SELECT h.at, h.kind, h.callback_id AS "callbackId", h.text, h.reason, h.notes,
           ${doneAtOf(sql`h.action_id`)} AS "doneAt",
           ${shownActor(sql`h.actor`)} AS who
    FROM happened h ORDER BY h.at DESC, h.callback_id DESC NULLS LAST, h.place DESC LIMIT ${MAX}`,
  );
}
