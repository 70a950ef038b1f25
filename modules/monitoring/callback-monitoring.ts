import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { listCallbacks } from "#modules/callbacks";
import { alertsOf, conversionRate, healthScore, onTimeRate, rate } from "./rules.ts";
import { monitoringAnswer, type monitoringInput } from "./schema.ts";
import { readFigures } from "./sql/figures.ts";

/** The figures of the desk over the last hours, warnings about them, and the newest calls and callbacks. */
export async function callbackMonitoring(
  ctx: ReadCtx,
  { hours }: z.infer<typeof monitoringInput>,
): Promise<z.input<typeof monitoringAnswer>> {
  const figures = await readFigures(ctx.db, { hours });
  const { score, reasons } = healthScore(figures);
  const { callbacks } = await listCallbacks(ctx, { limit: 20 });
  return {
    success: true,
    timestamp: figures.now,
    period: { hours, from: figures.from, to: figures.now },
    healthMetrics: {
      healthScore: score,
      healthReasons: reasons,
      callbackConversionRate: conversionRate(figures),
      totalInboundCalls: figures.totalInboundCalls,
      inboundWithOutcomes: figures.inboundWithOutcomes,
      inboundWithCallbacksScheduled: figures.inboundWithCallbacksScheduled,
      totalCallbacksCreated: figures.totalCallbacksCreated,
      matchedCallbacks: figures.matchedCallbacks,
      problematicSessions: figures.problematic.length,
      agentAssignmentSuccessRate: rate(figures.everAssigned, figures.dueInPeriod),
      onTimeRate: onTimeRate(figures),
    },
    metrics: {
      dueInPeriod: figures.dueInPeriod,
      keptOnTime: figures.keptOnTime,
      stillInTime: figures.stillInTime,
      waitForMorning: figures.waitForMorning,
      overdueNow: figures.overdueNow,
      oldestOverdueMinutes: figures.oldestOverdueMinutes,
      overdueWithoutEntry: figures.overdueWithoutEntry.length,
      timeToQueueP99Seconds: figures.timeToQueueP99Seconds,
      ownerHitRate: figures.withOwner === 0 ? null : rate(figures.ownerHits, figures.withOwner),
      quarantined: figures.quarantined.length,
      snoozeDebtMinutes: figures.snoozeDebtMinutes,
      duplicatesStopped: figures.duplicatesStopped,
      tick: {
        lastAt: figures.lastTickAt,
        ageSeconds: figures.tickAgeSeconds,
        runs: figures.runs,
        longestGapSeconds: figures.longestGapSeconds,
        ledgerDifferences: figures.openLedgers.length,
        p95DurationMs: figures.p95DurationMs,
      },
    },
    recentInboundCalls: await recentInboundCalls(ctx),
    recentCallbacks: callbacks,
    alerts: alertsOf(figures),
  };
}

async function recentInboundCalls(ctx: ReadCtx): Promise<z.output<typeof monitoringAnswer>["recentInboundCalls"]> {
  return query(
    ctx.db,
    monitoringAnswer.shape.recentInboundCalls.element,
    sql`SELECT id, user_id AS "userId", agent_id AS "agentId", status, started_at AS "startedAt", duration_seconds AS "durationSeconds",
               last_outcome_type AS "lastOutcomeType", callback_scheduled AS "callbackScheduled"
        FROM call_sessions WHERE direction = 'inbound' ORDER BY started_at DESC, id DESC LIMIT 20`,
  );
}
