import { type Ctx, describeActor } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import type { LockedCallback } from "./store.ts";

/** How an outcome settles the callback its call came from. The caller holds the callback's lock. */
export type Settlement =
  | { kind: "completed"; why: string }
  | { kind: "failed"; why: string }
  | { kind: "retried"; why: string; at: Date };

/**
 * Applies an outcome to a callback: the only way one is completed or failed, and the only change of `attempts`.
 * `countsAttempt` is false for an inbound call, which is nobody's attempt, and for a callback that the call only covered
 * beside its own, which is `coveredBy`.
 */
export async function settleCallback(
  ctx: Ctx,
  callback: LockedCallback,
  settlement: Settlement,
  call: { id: bigint; agentId: number | null; outcomeType: string; countsAttempt: boolean },
  coveredBy: number | null = null,
): Promise<void> {
  const data = { outcomeType: call.outcomeType, callSessionId: String(call.id), agentId: call.agentId };
  const status = settlement.kind === "retried" ? "pending" : settlement.kind;
  await execute(
    ctx.db,
    sql`UPDATE callbacks SET status = ${status}, attempts = attempts + ${call.countsAttempt ? 1 : 0}::int,
               scheduled_for = coalesce(${settlement.kind === "retried" ? settlement.at : null}::timestamptz, scheduled_for),
               accepted_by_agent_id = CASE WHEN ${status} = 'pending' THEN NULL ELSE accepted_by_agent_id END,
               accepted_at = CASE WHEN ${status} = 'pending' THEN NULL ELSE accepted_at END,
               completed_call_session_id = CASE WHEN ${status} = 'completed' THEN ${call.id}::bigint END,
               completed_by_agent_id = CASE WHEN ${status} = 'completed' THEN ${call.agentId}::int END,
               completed_at = CASE WHEN ${status} = 'completed' THEN ${ctx.now}::timestamptz END,
               failed_at = CASE WHEN ${status} = 'failed' THEN ${ctx.now}::timestamptz END,
               first_taken_at = coalesce(first_taken_at, ${ctx.now}::timestamptz), failed_ticks = 0, quarantined_at = NULL,
               event_type = ${settlement.kind}, event_at = ${ctx.now}::timestamptz, event_actor = ${describeActor(ctx.actor)},
               event_why = ${settlement.why},
               event_data = ${JSON.stringify(coveredBy === null ? data : { ...data, coveredBy })}::jsonb
        WHERE id = ${callback.id} AND status IN ('pending', 'accepted')`,
  );
}
