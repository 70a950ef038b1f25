import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";
import { REDELIVERY_BACKOFF } from "../rules.ts";

/** Maximum deliveries per claim. */
export const DELIVERIES_PER_CLAIM = 50;

const delivery = z.object({
  taskId: z.string(),
  conversationId: z.string(),
  deliveryId: z.bigint(),
  attempt: z.int(),
  toolName: z.string().nullable(),
  deliverAs: z.enum(["contextual_update", "user_message"]),
  result: z.unknown(),
  error: z.string().nullable(),
  sessionPayload: z.unknown(),
  wsUrl: z.string().nullable(),
});
export type Delivery = z.infer<typeof delivery>;

/**
 * Either to the subscribers of conversations, whose cursor is `after` (without it, they have received every delivery) and who have
 * received these deliveries beyond it, or to the relays on these hosts.
 */
type ToConversations = { conversationIds: readonly string[]; after?: bigint; received?: readonly bigint[] };
type ToRelays = { relayHosts: readonly string[] };
type To = ToConversations | ToRelays;

/**
 * Claims deliveries that are due, highest priority first, then oldest, and counts the attempt: first attempts, retries
 * whose backoff has passed, and events after the subscriber's cursor. Skips conversations that have ended, and rows that
 * another claim holds at this moment.
 */
export async function claimDueDeliveries(ctx: Pick<Ctx, "db" | "now" | "actor">, to: To): Promise<Delivery[]> {
  const [whose, isDue] = "relayHosts" in to ? ofRelays(ctx.now, to) : ofConversations(ctx.now, to);
  return query(
    ctx.db,
    delivery,
    sql`
    WITH due AS MATERIALIZED (
      SELECT task_id, delivery_id, priority_score, finished_at FROM cursor_tasks t
      WHERE ${whose} AND state IN ('completed', 'failed', 'delivering') AND expires_at > ${ctx.now}::timestamptz AND ${isDue}
        AND NOT EXISTS (SELECT FROM ended_conversations e WHERE e.conversation_id = t.conversation_id)
      ORDER BY priority_score, finished_at, task_id LIMIT ${DELIVERIES_PER_CLAIM} FOR UPDATE SKIP LOCKED
    ), numbered AS MATERIALIZED (
      SELECT task_id, coalesce(delivery_id, nextval('cursor_delivery_ids')) AS delivery_id, row_number() OVER () AS place
      FROM (SELECT * FROM due ORDER BY priority_score, finished_at, task_id) d
    ), claimed AS (
      UPDATE cursor_tasks t SET state = 'delivering', delivery_id = n.delivery_id, attempts = t.attempts + 1,
        next_attempt_at = ${ctx.now}::timestamptz
          + least(${REDELIVERY_BACKOFF.maxSeconds}, ${REDELIVERY_BACKOFF.firstSeconds} * 2 ^ least(t.attempts, 10)) * interval '1 second',
        -- A redelivery is no event of its own; attempts counts it.
        event_seq = t.event_seq + (t.state <> 'delivering')::int,
        event_at = CASE WHEN t.state = 'delivering' THEN t.event_at ELSE greatest(t.event_at, ${ctx.now}::timestamptz) END,
        event_type = CASE WHEN t.state = 'delivering' THEN t.event_type ELSE 'delivering' END,
        event_actor = CASE WHEN t.state = 'delivering' THEN t.event_actor ELSE ${describeActor(ctx.actor)} END,
        event_why = CASE WHEN t.state = 'delivering' THEN t.event_why ELSE 'It is being delivered to the conversation.' END
      FROM numbered n WHERE t.task_id = n.task_id RETURNING t.*, n.place
    )
    SELECT task_id AS "taskId", conversation_id AS "conversationId", delivery_id AS "deliveryId", attempts AS attempt, tool_name AS "toolName",
           deliver_as AS "deliverAs", result, error, session_payload AS "sessionPayload", ws_url AS "wsUrl"
    FROM claimed ORDER BY place`,
  );
}

function ofConversations(now: Date, { conversationIds, after, received = [] }: ToConversations): [Sql, Sql] {
  const isNews =
    after === undefined ? sql`false` : sql`delivery_id > ${after} AND delivery_id <> ALL (${[...received]}::bigint[])`;
  return [
    sql`conversation_id = ANY (${[...conversationIds]}::text[])`,
    sql`(delivery_id IS NULL OR (${isNews}) OR next_attempt_at <= ${now}::timestamptz)`,
  ];
}

function ofRelays(now: Date, { relayHosts }: ToRelays): [Sql, Sql] {
  return [
    sql`relay_host = ANY (${[...relayHosts]}::text[])`,
    sql`(next_attempt_at IS NULL OR next_attempt_at <= ${now}::timestamptz)`,
  ];
}
