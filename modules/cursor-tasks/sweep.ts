import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { becomeCallback } from "./become-callback.ts";
import { syncCopies } from "./documents.ts";
import { applyParked } from "./finish.ts";
import { deliverToRelays } from "./relay.ts";
import type { sweepAnswer } from "./schema.ts";
import { expireTasks } from "./sql/expire.ts";

/** Batch size of each kind in one sweep; the next one is a minute away. */
const BATCH_SIZE = 500;

/**
 * Does what a process left undone, and what time alone decides: gives parked results to their tasks, ends tasks whose time is over, makes callbacks of results that were not delivered,
 * dials relays again, brings copies in line with their rows. Running it twice, or ten at once, leaves the same as running it once.
 */
export async function sweepTasks(ctx: Ctx): Promise<z.infer<typeof sweepAnswer>> {
  const applied = await applyAllParked(ctx);
  const expired = await expireTasks(ctx, BATCH_SIZE);
  const delivered = await deliverToRelays(ctx);
  const became = await callBackUndelivered(ctx);
  const callbacks = became.filter((one) => one !== null && "callbackId" in one).length;
  const undeliverable = became.filter((one) => one !== null && "why" in one).length;
  const repaired = { copies: await syncCopies(ctx) };
  if (repaired.copies > 0) ctx.log.warn(repaired, "repaired copies of cursor tasks");
  return { expired, applied, delivered, callbacks, undeliverable, repaired };
}

/** A process that died between registering a task and applying what was parked leaves it to us. */
async function applyAllParked(ctx: Ctx): Promise<number> {
  const found = await query(
    ctx.db,
    z.object({ reference: z.string(), taskId: z.string() }),
    sql`SELECT p.reference, t.task_id AS "taskId" FROM parked_results p
        JOIN cursor_tasks t ON p.reference IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)
        WHERE p.refused_why IS NULL ORDER BY p.received_at LIMIT ${BATCH_SIZE}`,
  );
  let applied = 0;
  for (const { reference, taskId } of found) if (await applyParked(ctx, taskId, [reference])) applied += 1;
  return applied;
}

/** Results whose conversation is over, said or by silence, and those that came late. */
async function callBackUndelivered(ctx: Ctx): Promise<Awaited<ReturnType<typeof becomeCallback>>[]> {
  const { undeliveredMinutes } = ctx.limits;
  const found = await query(
    ctx.db,
    z.object({ taskId: z.string(), why: z.string() }),
    sql`SELECT t.task_id AS "taskId",
               CASE WHEN t.late_at IS NOT NULL THEN 'The result came after the task had expired.'
                    WHEN e.conversation_id IS NOT NULL THEN 'The conversation was over.'
                    ELSE ${`Nobody in the conversation acknowledged it for ${undeliveredMinutes} minutes.`} END AS why
        FROM cursor_tasks t LEFT JOIN ended_conversations e USING (conversation_id)
        WHERE t.undelivered_since IS NOT NULL
          AND (t.undelivered_since <= ${ctx.now}::timestamptz - ${undeliveredMinutes}::int * interval '1 minute'
               OR t.expires_at <= ${ctx.now}::timestamptz OR e.conversation_id IS NOT NULL)
        ORDER BY t.undelivered_since LIMIT ${BATCH_SIZE}`,
  );
  const became = [];
  for (const { taskId, why } of found) became.push(await becomeCallback(ctx, taskId, why));
  return became;
}
