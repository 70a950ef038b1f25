import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import { DOCUMENT, foundTask } from "../document.ts";
import type { Outcome } from "../rules.ts";
import { bytesOf, grouped } from "./grouped.ts";

type End = Outcome &
  Readonly<{
    taskId: string;
    /** The conversation that the task must belong to; null when the sender does not name one. */
    conversationId: string | null;
    now: Date;
    actor: string;
    isCopied: boolean;
  }>;

/** pending -> completed or failed. Null when it is not pending, has expired, or belongs to another conversation. */
export const finishTask = grouped((db, ends: readonly End[], lock) =>
  queryDirect(
    db,
    foundTask,
    sql`WITH asked AS MATERIALIZED (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(ends)}::jsonb) AS asked ("taskId" text, "conversationId" text,
                   result jsonb, error text, now timestamptz, actor text, "isCopied" boolean)
        ), held AS MATERIALIZED (
          SELECT asked.* FROM asked JOIN cursor_tasks t ON t.task_id = ANY (ARRAY[asked."taskId"]) FOR NO KEY UPDATE OF t ${lock}
        )
        UPDATE cursor_tasks t
        SET state = CASE WHEN held.error IS NULL THEN 'completed' ELSE 'failed' END, result = held.result, error = held.error,
            content_bytes = t.content_bytes + ${bytesOf(sql`held.result`)} + ${bytesOf(sql`held.error`)},
            finished_at = greatest(t.event_at, held.now), undelivered_since = greatest(t.event_at, held.now),
            version = t.version + 1, copy_due_at = CASE WHEN held."isCopied" OR t.copy_due_at IS NOT NULL THEN held.now END,
            event_seq = t.event_seq + 1, event_at = greatest(t.event_at, held.now), event_actor = held.actor,
            event_type = CASE WHEN held.error IS NULL THEN 'completed' ELSE 'failed' END,
            event_why = CASE WHEN held.error IS NULL THEN 'It ended with a result.' ELSE 'It ended with an error.' END
        FROM held
        WHERE t.task_id = ANY (ARRAY[held."taskId"]) AND t.state = 'pending' AND t.expires_at > held.now
          AND (held."conversationId" IS NULL OR t.conversation_id = held."conversationId")
        RETURNING ${DOCUMENT}`,
  ),
);
