import { type Ctx, describeActor } from "#lib/base/context";
import { type Sql, sql } from "#lib/database/sql";
import type { LockedCallback } from "./store.ts";

/** How an outcome settles the callback of its call. */
export type Settlement =
  | { kind: "completed"; why: string }
  | { kind: "failed"; why: string }
  /** `because`: why the pause ends later, as the end of a sentence; empty when it does not. */
  | { kind: "retried"; why: string; at: Date; because: string };

/**
 * How an outcome settles one callback. `countsAttempt` is false for an inbound call, which is no attempt of the desk, and for a
 * callback that the call only covered; `coveredBy` then names the callback of the call.
 */
export type Settled = {
  callback: LockedCallback;
  settlement: Settlement;
  countsAttempt: boolean;
  coveredBy: number | null;
};

/** The callback after it is settled. */
export function afterSettling({ callback, settlement, countsAttempt }: Settled): LockedCallback {
  const attempts = callback.attempts + (countsAttempt ? 1 : 0);
  return settlement.kind === "retried"
    ? { ...callback, status: "pending", scheduledFor: settlement.at, attempts }
    : { ...callback, status: settlement.kind, attempts };
}

/**
 * Part of a SELECT: applies an outcome to callbacks whose locks the caller holds. The only way to complete or fail a callback,
 * and the only change of `attempts`; the database function `settle_callbacks` holds the rules.
 */
export function settling(
  ctx: Ctx,
  settled: readonly Settled[],
  call: { id: bigint; agentId: number | null; outcomeType: string },
): Sql {
  const data = { outcomeType: call.outcomeType, callSessionId: String(call.id), agentId: call.agentId };
  const settlements = settled.map(({ callback, settlement, countsAttempt, coveredBy }) => ({
    id: callback.id,
    kind: settlement.kind,
    why: settlement.why,
    retryAt: settlement.kind === "retried" ? settlement.at : null,
    attempts: countsAttempt ? 1 : 0,
    data: coveredBy === null ? data : { ...data, coveredBy },
  }));
  return sql`settle_callbacks(${JSON.stringify(settlements)}::jsonb, ${call.id}::bigint, ${call.agentId}::int,
                              ${ctx.now}::timestamptz, ${describeActor(ctx.actor)})`;
}
