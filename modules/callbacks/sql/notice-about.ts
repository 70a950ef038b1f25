import { z } from "zod";
import { queueName } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const found = z.object({
  name: z.string(),
  isActive: z.boolean(),
  isHere: z.boolean(),
  status: z.string().nullable(),
  isDue: z.boolean(),
  otherQueue: z.string().nullable(),
});

/**
 * A sentence about a preferred agent who, as things are, cannot take one of these callbacks; null when nothing speaks against it.
 * The presence of the agent matters only for callbacks due within the hour.
 */
export async function noticeAbout(
  ctx: Ctx,
  agentId: number | null | undefined,
  callbackIds: readonly number[],
): Promise<string | null> {
  if (agentId === null || agentId === undefined) return null;
  const [agent] = await query(
    ctx.db,
    found,
    sql`SELECT a.name, a.is_active AS "isActive", p.status,
               p.gone_since IS NULL
                 AND p.last_activity >= ${ctx.now}::timestamptz - make_interval(secs => ${ctx.limits.agentGraceSeconds}) AS "isHere",
               EXISTS (SELECT FROM callbacks c WHERE c.id = ANY (${callbackIds}::int[])
                         AND c.scheduled_for <= ${ctx.now}::timestamptz + interval '1 hour') AS "isDue",
               (SELECT min(wanted.queue_type) FROM callbacks c
                  CROSS JOIN LATERAL (
                    SELECT coalesce((SELECT q.queue_type FROM live_entries q WHERE q.user_id = c.user_id),
                                    (SELECT t.queue_type FROM user_queue_types t WHERE t.user_id = c.user_id),
                                    'outstanding_requests') AS queue_type) wanted
                  WHERE c.id = ANY (${callbackIds}::int[]) AND wanted.queue_type <> ALL (a.allowed_queues)) AS "otherQueue"
        FROM agents a JOIN agent_presence p ON p.agent_id = a.id WHERE a.id = ${agentId}`,
  );
  return agent ? sentenceAbout(agent, ctx.limits.queueNames) : null;
}

function sentenceAbout(
  { name, isActive, isHere, status, isDue, otherQueue }: z.infer<typeof found>,
  queueNames: Readonly<Record<string, string>>,
): string | null {
  if (!isActive) return `${name} does not work here any more; somebody else will call.`;
  if (otherQueue)
    return `${name} does not work the queue “${queueName(otherQueue, queueNames)}”; somebody else will call.`;
  if (!isDue || (isHere && status === "available")) return null;
  const where = isHere ? { break: "on break", on_call: "on a call" }[status ?? ""] : undefined;
  return `${name} is ${where ?? "not here"} now; if that is still so at the time, somebody else will call.`;
}
