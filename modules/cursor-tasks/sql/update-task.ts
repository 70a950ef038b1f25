import { queryDirect } from "#lib/database/direct";
import { type Sql, sql } from "#lib/database/sql";
import { DOCUMENT, foundTask } from "../document.ts";
import { bytesOf, grouped } from "./grouped.ts";

type Update = Readonly<{
  taskId: string;
  /** The values of the columns that change, by name. */
  patch: Readonly<Record<string, unknown>>;
  mustBePending: boolean;
  mustNotBeLaunching: boolean;
  mustHaveNoAgent: boolean;
  /** The event of the change; null for a change without one. */
  eventType: "launching" | "launched" | "not_launched" | null;
  eventWhy: string | null;
  now: Date;
  actor: string;
  isCopied: boolean;
}>;

const changed = (name: string, column: Sql): Sql =>
  sql`(CASE WHEN patch ? ${name}::text THEN nullif(patch -> ${name}::text, 'null') ELSE ${column} END)`;
const PAYLOAD = changed("sessionPayload", sql`t.session_payload`);
const ARGS = changed("toolArgs", sql`t.tool_args`);

/**
 * Every state but expired -> itself: records a launch, or new session data. Null when the task is missing, has expired, or does
 * not meet the condition.
 */
export const updateTask = grouped((db, updates: readonly Update[], lock) =>
  queryDirect(
    db,
    foundTask,
    sql`WITH asked AS MATERIALIZED (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(updates)}::jsonb) AS asked ("taskId" text, patch jsonb,
                   "mustBePending" boolean, "mustNotBeLaunching" boolean, "mustHaveNoAgent" boolean, "eventType" text,
                   "eventWhy" text, now timestamptz, actor text, "isCopied" boolean)
        ), held AS MATERIALIZED (
          SELECT asked.* FROM asked JOIN cursor_tasks t ON t.task_id = ANY (ARRAY[asked."taskId"]) FOR NO KEY UPDATE OF t ${lock}
        )
        UPDATE cursor_tasks t
        SET session_payload = ${PAYLOAD}, tool_args = ${ARGS},
            content_bytes = t.content_bytes - ${bytesOf(sql`t.session_payload`)} - ${bytesOf(sql`t.tool_args`)}
                            + ${bytesOf(PAYLOAD)} + ${bytesOf(ARGS)},
            launched_at = CASE WHEN patch ? 'launchedAt' THEN (patch ->> 'launchedAt')::timestamptz ELSE t.launched_at END,
            cursor_agent_id = CASE WHEN patch ? 'cursorAgentId' THEN patch ->> 'cursorAgentId' ELSE t.cursor_agent_id END,
            version = t.version + 1, copy_due_at = CASE WHEN held."isCopied" OR t.copy_due_at IS NOT NULL THEN held.now END,
            event_seq = t.event_seq + ("eventType" IS NOT NULL)::int,
            event_at = CASE WHEN "eventType" IS NULL THEN t.event_at ELSE greatest(t.event_at, held.now) END,
            event_type = coalesce("eventType", t.event_type),
            event_actor = CASE WHEN "eventType" IS NULL THEN t.event_actor ELSE held.actor END,
            event_why = coalesce("eventWhy", t.event_why)
        FROM held
        WHERE t.task_id = ANY (ARRAY[held."taskId"]) AND t.expires_at > held.now
          AND (t.state = 'pending' OR NOT "mustBePending")
          AND (t.launched_at IS NULL OR NOT "mustNotBeLaunching") AND (t.cursor_agent_id IS NULL OR NOT "mustHaveNoAgent")
        RETURNING ${DOCUMENT}`,
  ),
);
