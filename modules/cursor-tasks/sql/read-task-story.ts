import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { isoUtc, query, sql } from "#lib/database/sql";
import { taskStoryAnswer } from "../schema.ts";
import { TASK_COLUMNS } from "../store.ts";

const row = taskStoryAnswer.omit({ now: true });

/** Reads one task in any state, with its events in order and the 20 results about it that were refused last. Null: unknown id. */
export async function readTaskStory(ctx: ReadCtx, taskId: string): Promise<z.infer<typeof row> | null> {
  const [task] = await query(
    ctx.db,
    row,
    sql`SELECT ${TASK_COLUMNS}, t.session_payload AS "sessionPayload", t.tool_args AS "toolArgs",
               t.relay_host IS NOT NULL AS "hasRelay", t.late_outcome AS "lateOutcome", (
                 SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`e.at`)}, 'what', e.type, 'actor', e.actor,
                                                     'from', e.from_state, 'state', e.to_state, 'why', e.why) ORDER BY e.seq)
                 FROM task_events e WHERE e.task_id = t.task_id) AS events,
               coalesce((SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`r.received_at`)}, 'why', r.refused_why, 'sent', r.outcome) ORDER BY r.received_at DESC)
                         FROM (SELECT * FROM parked_results
                               WHERE refused_why IS NOT NULL AND about IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)
                               ORDER BY received_at DESC LIMIT 20) r), '[]') AS refused
        FROM cursor_tasks t WHERE t.task_id = ${taskId}`,
  );
  return task ?? null;
}
