import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import { listQueueAnswer, type listQueueInput } from "./schema.ts";

/** Live entries in calling order, and how many are pending or assigned per queue type. */
export async function listQueue(
  ctx: ReadCtx,
  input: z.infer<typeof listQueueInput>,
): Promise<z.infer<typeof listQueueAnswer>> {
  const wanted: Sql[] = [sql`true`];
  if (input.agentId) wanted.push(sql`assigned_to_agent_id = ${input.agentId}`);
  if (input.callbackId)
    wanted.push(sql`(callback_id = ${input.callbackId} OR ${input.callbackId}::int = ANY (named_callback_ids))`);
  if (input.userId) wanted.push(sql`user_id = ${input.userId}`);
  if (input.queueType) wanted.push(sql`queue_type = ${input.queueType}`);
  const entries = await query(
    ctx.db,
    listQueueAnswer.shape.entries.element,
    sql`SELECT id, user_id AS "userId", queue_type AS "queueType", priority_score AS "priorityScore", status,
               ${SHOWN_REASON} AS "queueReason", assigned_to_agent_id AS "assignedToAgentId", callback_id AS "callbackId",
               named_callback_ids AS "namedCallbackIds", available_from AS "availableFrom", call_session_id AS "callSessionId"
        FROM live_entries WHERE ${joined(wanted, " AND ")}
        ORDER BY priority_score, (assigned_to_agent_id IS NULL), available_from, id LIMIT ${input.limit}`,
  );
  return { depth: await queueDepth(ctx), entries };
}

/** The reason of an entry; for a regular one whose user is asleep, also how long it waits. */
const SHOWN_REASON = sql`CASE WHEN callback_id IS NULL AND available_from > ringback_now() THEN (
  SELECT 'Waits for ' || to_char(available_from AT TIME ZONE zone_of(u), 'FMHH24:MI') || ' in '
         || replace(regexp_replace(zone_of(u), '^.*/', ''), '_', ' ') || '. ' FROM users u WHERE u.id = user_id)
  ELSE '' END || queue_reason`;

/** Live entries by queue type: `pending` has no agent yet, `assigned` has one. */
async function queueDepth(ctx: ReadCtx): Promise<z.infer<typeof listQueueAnswer>["depth"]> {
  const rows = await query(
    ctx.db,
    z.object({ queueType: z.enum(["unsigned_users", "outstanding_requests"]), pending: z.int(), assigned: z.int() }),
    sql`SELECT queue_type AS "queueType", count(*) FILTER (WHERE status = 'pending')::int AS pending,
               count(*) FILTER (WHERE status = 'assigned')::int AS assigned
        FROM live_entries GROUP BY queue_type`,
  );
  const of = (type: string) => {
    const row = rows.find(({ queueType }) => queueType === type);
    return { pending: row?.pending ?? 0, assigned: row?.assigned ?? 0 };
  };
  return { unsigned_users: of("unsigned_users"), outstanding_requests: of("outstanding_requests") };
}
