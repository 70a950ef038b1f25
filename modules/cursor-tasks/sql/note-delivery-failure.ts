import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import type { Delivery } from "./claim-due-deliveries.ts";
import { taskEvent } from "./event.ts";

/** delivering -> delivering: the attempt failed for this reason. The same failure again is no event of its own. */
export async function noteDeliveryFailure(ctx: Ctx, { taskId, deliveryId }: Delivery, sentence: string): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE cursor_tasks t SET last_error = ${sentence}, ${taskEvent(ctx, "delivery_failed", sentence)}
        WHERE task_id = ${taskId} AND delivery_id = ${deliveryId} AND state = 'delivering' AND event_why <> ${sentence}`,
  );
}
