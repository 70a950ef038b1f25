import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { event } from "./event.ts";

/** Writes an event of each callback whose entry was given to this agent, who became available. */
export async function noteGiven(ctx: Ctx, agentId: number, entryIds: readonly number[]): Promise<void> {
  const data = sql`jsonb_build_object('rule', 'became available', 'agentId', ${agentId}::int)`;
  await execute(
    ctx.db,
    sql`UPDATE callbacks c SET ${event(ctx, { type: "rerouted", why: sql`q.queue_reason`, data })}
        FROM call_queue q WHERE q.id = ANY (${entryIds}::int[]) AND c.id = q.callback_id`,
  );
}
