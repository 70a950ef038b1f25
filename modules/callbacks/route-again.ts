import type { Ctx } from "#lib/base/context";
import { decide } from "./routing/decide.ts";
import { changesSomething } from "./routing/plan.ts";
import { LEAD_MINUTES, minusSeconds, plusMinutes, TICK_LIMIT } from "./rules.ts";
import { loadSnapshot } from "./sql/load-snapshot.ts";
import { writePlans } from "./routing/apply.ts";

/**
 * Routes the due callbacks of these users now, as the next tick would: with the same snapshot, decision and writes, but without a
 * row in the ledger. Rows that another transaction holds are left to the tick, and so is a user with a call whose lease has
 * expired: the tick ends that call. Must be called within a transaction that holds the locks of the changed callbacks and of
 * their entries.
 */
export async function routeAgain(ctx: Ctx, userIds: readonly bigint[]): Promise<void> {
  const snapshot = await loadSnapshot(ctx.db, {
    now: ctx.now,
    horizon: plusMinutes(ctx.now, LEAD_MINUTES),
    silentSince: minusSeconds(ctx.now, ctx.limits.agentGraceSeconds),
    limit: TICK_LIMIT,
    userIds,
  });
  // Expired leases of other users are in the snapshot so that the load of the agents is true; they wait for the tick.
  const wanted = new Set(userIds.map(String));
  const plans = decide(snapshot, ctx.limits, ctx.now).filter(
    (plan) => wanted.has(plan.userId) && plan.abandon.length === 0 && changesSomething(plan),
  );
  await writePlans(ctx, null, plans, snapshot.due);
}
