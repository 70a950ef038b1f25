import { createHash } from "node:crypto";
import { z } from "zod";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { keyOf, type Outcome, TASK_STATES } from "./rules.ts";

/** The columns of a task as the API shows it; the table must be named `t` in the statement. Never its `wsUrl`. */
export const TASK_COLUMNS: Sql = sql`
  t.task_id AS "taskId", t.conversation_id AS "conversationId", t.state, t.value ->> 'toolName' AS "toolName",
  t.user_id AS "userId", -t.priority_score AS priority, t.value ->> 'deliverAs' AS "deliverAs",
  t.cursor_agent_id AS "cursorAgentId", t.value -> 'result' AS result, t.value ->> 'error' AS error,
  t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.finished_at AS "finishedAt",
  t.delivered_at AS "deliveredAt", t.late_at AS "lateAt", t.attempts, t.next_attempt_at AS "nextAttemptAt",
  t.last_error AS "lastError", t.callback_id AS "callbackId", t.event_why AS why`;

/** The refusal for an id nobody knows. */
export function taskNotFound(taskId: string): Refusal {
  return new Refusal("not_found", `There is no task ${taskId}.`);
}

/** The id of the task an agent of Cursor works on: the one that was launched so, or was registered under its id. */
export async function findTaskOfAgent(db: Db, agentId: string): Promise<string | null> {
  const [row] = await query(
    db,
    z.object({ taskId: z.string() }),
    sql`SELECT task_id AS "taskId" FROM cursor_tasks WHERE cursor_agent_id = ${agentId} OR key = ${keyOf(agentId)}
        ORDER BY cursor_agent_id IS NULL LIMIT 1`,
  );
  return row?.taskId ?? null;
}

const stateRow = z.object({ state: z.enum(TASK_STATES), isExpired: z.boolean(), conversationId: z.string() });

/** Where the row of a task stands, or null. */
export async function findState(db: Db, taskId: string): Promise<z.infer<typeof stateRow> | null> {
  const [row] = await query(
    db,
    stateRow,
    sql`SELECT state, expires_at <= ringback_now() AS "isExpired", conversation_id AS "conversationId"
        FROM cursor_tasks WHERE key = ${keyOf(taskId)}`,
  );
  return row ?? null;
}

/** Whether somebody said that the conversation is over. */
export async function isConversationEnded(db: Db, conversationId: string): Promise<boolean> {
  const rows = await query(
    db,
    z.unknown(),
    sql`SELECT 1 FROM ended_conversations WHERE conversation_id = ${conversationId}`,
  );
  return rows.length > 0;
}

/** The end of a task, and for which conversation the sender says it is. */
export type Ended = Readonly<{ outcome: Outcome; conversationId: string | null }>;
const ended = z.custom<Ended>((value) => typeof value === "object" && value !== null);

/** Keeps what ended before it was registered. False when something is kept under this reference already. */
export async function park(db: Db, reference: string, what: Ended): Promise<boolean> {
  const parked = await execute(
    db,
    sql`INSERT INTO parked_results (reference, outcome, received_at)
        VALUES (${reference}, ${JSON.stringify(what)}::jsonb, ringback_now()) ON CONFLICT DO NOTHING`,
  );
  return parked > 0;
}

/** What is kept under these references and waits. */
export async function findParked(
  db: Db,
  references: readonly string[],
): Promise<{ reference: string; outcome: Ended }[]> {
  return query(
    db,
    z.object({ reference: z.string(), outcome: ended }),
    sql`SELECT reference, outcome FROM parked_results
        WHERE reference = ANY (${[...references]}::text[]) AND refused_why IS NULL ORDER BY received_at`,
  );
}

/** The task has what was parked. */
export async function unpark(db: Db, reference: string): Promise<void> {
  await execute(db, sql`DELETE FROM parked_results WHERE reference = ${reference}`);
}

/** The task did not take what was parked; it stays to be seen, with the reason. */
export async function refuseParked(db: Db, reference: string, why: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE parked_results SET refused_why = ${why}, about = reference WHERE reference = ${reference}`,
  );
}

/** Keeps what nobody could take, to be seen with the reason. False when just this is kept already. */
export async function keepRefused(
  db: Db,
  { sent, about, why }: { sent: unknown; about: string | null; why: string },
): Promise<boolean> {
  const text = JSON.stringify(sent);
  const digest = createHash("sha256").update(`${about} ${text}`).digest("base64url");
  const kept = await execute(
    db,
    sql`INSERT INTO parked_results (reference, outcome, received_at, about, refused_why)
        VALUES (${`refused:${digest}`}, ${text}::jsonb, ringback_now(), ${about}, ${why}) ON CONFLICT DO NOTHING`,
  );
  return kept > 0;
}
