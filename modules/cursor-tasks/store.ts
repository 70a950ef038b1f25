import { z } from "zod";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, type Sql, sql } from "#lib/database/sql";
import { TASK_STATES } from "./rules.ts";

/** The columns of a task as the API shows it; the table must be named `t` in the statement. Never its `wsUrl`. */
export const TASK_COLUMNS: Sql = sql`
  t.task_id AS "taskId", t.conversation_id AS "conversationId", t.state, t.tool_name AS "toolName",
  t.user_id AS "userId", -t.priority_score AS priority, t.deliver_as AS "deliverAs",
  t.cursor_agent_id AS "cursorAgentId", t.result, t.error,
  t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.finished_at AS "finishedAt",
  t.delivered_at AS "deliveredAt", t.late_at AS "lateAt", t.attempts, t.next_attempt_at AS "nextAttemptAt",
  t.last_error AS "lastError", t.callback_id AS "callbackId", t.event_why AS why`;

/** The refusal for an unknown id. */
export function taskNotFound(taskId: string): Refusal {
  return new Refusal("not_found", `There is no task ${taskId}.`);
}

/** The id of the task of a Cursor agent: the task for which it was launched, or that was registered with its id. */
export async function findTaskOfAgent(db: Db, agentId: string): Promise<string | null> {
  const [row] = await query(
    db,
    z.object({ taskId: z.string() }),
    sql`SELECT task_id AS "taskId" FROM cursor_tasks WHERE cursor_agent_id = ${agentId} OR task_id = ${agentId}
        ORDER BY cursor_agent_id IS NULL LIMIT 1`,
  );
  return row?.taskId ?? null;
}

const stateRow = z.object({ state: z.enum(TASK_STATES), isExpired: z.boolean(), conversationId: z.string() });

/** The state of a task, or null. */
export async function findState(db: Db, taskId: string): Promise<z.infer<typeof stateRow> | null> {
  const [row] = await query(
    db,
    stateRow,
    sql`SELECT state, expires_at <= ringback_now() AS "isExpired", conversation_id AS "conversationId"
        FROM cursor_tasks WHERE task_id = ${taskId}`,
  );
  return row ?? null;
}

/** Whether the conversation was ended. */
export async function isConversationEnded(db: Db, conversationId: string): Promise<boolean> {
  const rows = await query(
    db,
    z.unknown(),
    sql`SELECT 1 FROM ended_conversations WHERE conversation_id = ${conversationId}`,
  );
  return rows.length > 0;
}
