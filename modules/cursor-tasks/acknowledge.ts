import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { TASK_STATES } from "./rules.ts";
import { acknowledgeDelivery } from "./sql/acknowledge-delivery.ts";
import type { acknowledgeAnswer, acknowledgeInput } from "./schema.ts";

const row = z.object({ taskId: z.string(), state: z.enum(TASK_STATES), callbackId: z.int().nullable() });

/**
 * Acknowledges a delivery: the subscriber has passed the result on. A repeat gets the same answer. Refuses `not_found` for an
 * event that was never delivered to this conversation, and `wrong_state` when the result has become a callback meanwhile.
 */
export async function acknowledgeEvent(
  ctx: Ctx,
  { conversationId, id }: z.infer<typeof acknowledgeInput>,
): Promise<z.infer<typeof acknowledgeAnswer>> {
  const acknowledged = await acknowledgeDelivery(ctx, { conversationId, id });
  if (acknowledged !== null) return { acknowledged: true, taskId: acknowledged };
  const { taskId, state, callbackId } = await findDelivered(ctx, conversationId, id);
  if (state === "delivered") return { acknowledged: true, taskId };
  const became = callbackId === null ? "nobody acknowledged it in time" : `it became callback ${callbackId}`;
  throw new Refusal("wrong_state", `Task ${taskId} is ${state}: ${became}.`, { state, callbackId });
}

async function findDelivered(ctx: Ctx, conversationId: string, id: string): Promise<z.infer<typeof row>> {
  const [found] = await query(
    ctx.db,
    row,
    sql`SELECT task_id AS "taskId", state, callback_id AS "callbackId" FROM cursor_tasks
        WHERE conversation_id = ${conversationId} AND delivery_id = ${BigInt(id)}`,
  );
  if (!found) throw new Refusal("not_found", `This conversation has no event ${id}.`);
  return found;
}
