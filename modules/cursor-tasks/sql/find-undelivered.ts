import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const row = z.object({ taskId: z.string(), why: z.string() });

/**
 * Finds results that will not be received, with the reason: their conversation was ended or has gone silent, or they came late.
 * The longest undelivered first.
 */
export async function findUndelivered(ctx: Ctx, limit: number): Promise<z.infer<typeof row>[]> {
  const { undeliveredMinutes } = ctx.limits;
  return query(
    ctx.db,
    row,
    sql`SELECT t.task_id AS "taskId",
               CASE WHEN t.late_at IS NOT NULL THEN 'The result came after the task had expired.'
                    WHEN e.conversation_id IS NOT NULL THEN 'The conversation was over.'
                    ELSE ${`Nobody in the conversation acknowledged it for ${undeliveredMinutes} minutes.`} END AS why
        FROM cursor_tasks t LEFT JOIN ended_conversations e USING (conversation_id)
        WHERE t.undelivered_since IS NOT NULL
          AND (t.undelivered_since <= ${ctx.now}::timestamptz - ${undeliveredMinutes}::int * interval '1 minute'
               OR t.expires_at <= ${ctx.now}::timestamptz OR e.conversation_id IS NOT NULL)
        ORDER BY t.undelivered_since LIMIT ${limit}`,
  );
}
