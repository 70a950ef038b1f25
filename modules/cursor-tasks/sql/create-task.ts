import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import { DOCUMENT, foundTask, type TaskDocument } from "../document.ts";
import { TASK_TTL_MS } from "../rules.ts";
import { bytesOf, grouped } from "./grouped.ts";

type Registered = Pick<
  TaskDocument,
  | "conversationId"
  | "sessionPayload"
  | "wsUrl"
  | "relayHost"
  | "toolName"
  | "toolArgs"
  | "userId"
  | "priority"
  | "deliverAs"
  | "contentHash"
>;
type NewTask = Registered & Readonly<{ taskId: string; now: Date; actor: string; isCopied: boolean }>;

/** Nothing -> pending, for 24 hours. Null when a task with this id exists or existed. */
export const createTask = grouped((db, tasks: readonly NewTask[]) =>
  queryDirect(
    db,
    foundTask,
    // In the order of ids, so that two of these statements do not deadlock.
    sql`INSERT INTO cursor_tasks AS t (task_id, state, conversation_id, user_id, priority_score, deliver_as, tool_name, tool_args,
               session_payload, content_bytes, ws_url, relay_host, content_hash, created_at, expires_at, copy_due_at,
               event_seq, event_at, event_type, event_actor, event_why)
        SELECT "taskId", 'pending', "conversationId", "userId", -priority, "deliverAs", "toolName", "toolArgs",
               "sessionPayload", ${bytesOf(sql`"sessionPayload"`)} + ${bytesOf(sql`"toolArgs"`)}, "wsUrl", "relayHost", "contentHash", now, now + ${TASK_TTL_MS}::float8 * interval '1 millisecond',
               CASE WHEN "isCopied" THEN now END, 1, now, 'registered', actor, 'It was registered.'
        FROM jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb) AS asked ("taskId" text, "conversationId" text, "userId" bigint,
               priority integer, "deliverAs" text, "toolName" text, "toolArgs" jsonb, "sessionPayload" jsonb, "wsUrl" text,
               "relayHost" text, "contentHash" text, now timestamptz, actor text, "isCopied" boolean)
        ORDER BY "taskId"
        ON CONFLICT (task_id) DO NOTHING RETURNING ${DOCUMENT}`,
  ),
);
