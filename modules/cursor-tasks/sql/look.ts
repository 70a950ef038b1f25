import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

const row = z.object({ now: z.date(), due: z.array(z.string()), ended: z.array(z.string()) });

/** Finds which of these conversations have a due delivery, and which have ended. Changes nothing. */
export async function lookForNews(db: Db, conversationIds: readonly string[]): Promise<z.infer<typeof row>> {
  const [found] = await query(
    db,
    row,
    sql`
    WITH asked AS MATERIALIZED (SELECT unnest(${[...conversationIds]}::text[]) AS conversation_id)
    SELECT ringback_now() AS now,
      ARRAY(SELECT conversation_id FROM asked WHERE EXISTS (
        SELECT FROM cursor_tasks t
        WHERE t.conversation_id = asked.conversation_id AND state IN ('completed', 'failed', 'delivering')
          AND expires_at > ringback_now() AND (delivery_id IS NULL OR next_attempt_at <= ringback_now()))) AS due,
      ARRAY(SELECT conversation_id FROM asked JOIN ended_conversations USING (conversation_id)) AS ended`,
  );
  return found!;
}
