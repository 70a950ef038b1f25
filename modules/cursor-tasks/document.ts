import { z } from "zod";
import { type Sql, sql } from "#lib/database/sql";

/** A task as `callbackQueue` returns it, and as its copy in Redis. */
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
  /** The hash of the registered content: the same content again is a repeat, other content a conflict. */
  contentHash: string;
  /** 1, and one more after every change of the document. */
  version: number;
}>;

/**
 * The document of a task as one column, because each column of an answer costs the driver as much as a small statement; the table
 * must be named `t` in the statement.
 */
export const DOCUMENT: Sql = sql`json_build_object(
  'taskId', t.task_id, 'conversationId', t.conversation_id, 'sessionPayload', t.session_payload, 'wsUrl', t.ws_url,
  'relayHost', t.relay_host, 'pending', t.state = 'pending', 'createdAt', t.created_at, 'expiresAt', t.expires_at,
  'toolName', t.tool_name, 'toolArgs', t.tool_args, 'completedAt', t.finished_at, 'result', t.result, 'error', t.error,
  'userId', t.user_id::text, 'priority', -t.priority_score, 'deliverAs', t.deliver_as, 'launchedAt', t.launched_at,
  'cursorAgentId', t.cursor_agent_id, 'contentHash', t.content_hash, 'version', t.version,
  'mayBeCopied', t.may_be_copied) AS found`;

const text = z.string().nullable();
const instant = z.string().transform((at) => new Date(at).toISOString());
const found = z.object({
  taskId: z.string(),
  conversationId: z.string(),
  sessionPayload: z.unknown(),
  wsUrl: text,
  relayHost: text,
  pending: z.boolean(),
  createdAt: instant,
  expiresAt: instant,
  toolName: text,
  toolArgs: z.unknown(),
  completedAt: instant.nullable(),
  result: z.unknown(),
  error: text,
  userId: text,
  priority: z.int(),
  deliverAs: z.enum(["contextual_update", "user_message"]),
  launchedAt: instant.nullable(),
  cursorAgentId: text,
  contentHash: z.string(),
  version: z.int(),
  mayBeCopied: z.boolean(),
});
const row = z.object({ found });

/** A task that was read from its row. */
export type FoundTask = Readonly<{
  taskId: string;
  document: TaskDocument;
  /** False once its words are erased: no copy may exist. */
  mayBeCopied: boolean;
}>;

/** Reads the column as a document. */
export const foundTask = row.transform(asFound);
/** Reads the column, and the instant of the reading as the column `now`. */
export const foundTaskNow = row.extend({ now: z.date() }).transform(({ now, ...read }) => ({ ...asFound(read), now }));

function asFound({ found: { taskId, mayBeCopied, ...document } }: z.output<typeof row>): FoundTask {
  return { taskId, document, mayBeCopied };
}
