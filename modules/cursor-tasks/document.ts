import { z } from "zod";
import { type Sql, sql } from "#lib/database/sql";
import { TASK_STATES } from "./rules.ts";

/** A task as `callbackQueue` shows it, and as its copy lies in Redis. */
export type TaskDocument = Readonly<{
  conversationId: string;
  sessionPayload: unknown;
  /** A credential. */
  wsUrl: string | null;
  /** Host and port of `wsUrl`. */
  relayHost: string | null;
  pending: boolean;
  createdAt: string;
  expiresAt: string;
  toolName: string | null;
  toolArgs: unknown;
  completedAt: string | null;
  result: unknown;
  error: string | null;
  userId: string | null;
  priority: number;
  deliverAs: "contextual_update" | "user_message";
  launchedAt: string | null;
  cursorAgentId: string | null;
  /** Of what was registered: the same again is a repeat, anything else a conflict. */
  contentHash: string;
  /** 1, and one higher after every change of what stands here. */
  version: number;
}>;

/** The columns of a task that make its document; the table must be named `t` in the statement. */
export const DOCUMENT_COLUMNS: Sql = sql`
  t.task_id AS "taskId", t.conversation_id AS "conversationId", t.session_payload AS "sessionPayload", t.ws_url AS "wsUrl",
  t.relay_host AS "relayHost", t.state, t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.tool_name AS "toolName",
  t.tool_args AS "toolArgs", t.finished_at AS "finishedAt", t.result, t.error, t.user_id::text AS "userId",
  -t.priority_score AS priority, t.deliver_as AS "deliverAs", t.launched_at AS "launchedAt",
  t.cursor_agent_id AS "cursorAgentId", t.content_hash AS "contentHash", t.version, t.may_be_copied AS "mayBeCopied"`;

const text = z.string().nullable();
const row = z.object({
  taskId: z.string(),
  conversationId: z.string(),
  sessionPayload: z.unknown(),
  wsUrl: text,
  relayHost: text,
  state: z.enum(TASK_STATES),
  createdAt: z.date(),
  expiresAt: z.date(),
  toolName: text,
  toolArgs: z.unknown(),
  finishedAt: z.date().nullable(),
  result: z.unknown(),
  error: text,
  userId: text,
  priority: z.int(),
  deliverAs: z.enum(["contextual_update", "user_message"]),
  launchedAt: z.date().nullable(),
  cursorAgentId: text,
  contentHash: z.string(),
  version: z.int(),
  mayBeCopied: z.boolean(),
});

/** A task that was read from its row. */
export type FoundTask = Readonly<{
  taskId: string;
  document: TaskDocument;
  /** False once its words were erased: no copy may lie anywhere. */
  mayBeCopied: boolean;
}>;

/** Reads the columns as a document. */
export const foundTask = row.transform(asFound);
/** The same with the instant at which it was read, as the column `now`. */
export const foundTaskNow = row
  .extend({ now: z.date() })
  .transform(({ now, ...found }) => ({ ...asFound(found), now }));

function asFound(found: z.output<typeof row>): FoundTask {
  const { taskId, mayBeCopied, state, createdAt, expiresAt, finishedAt, launchedAt, ...same } = found;
  const document = {
    ...same,
    pending: state === "pending",
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    completedAt: finishedAt?.toISOString() ?? null,
    launchedAt: launchedAt?.toISOString() ?? null,
  };
  return { taskId, document, mayBeCopied };
}
