import { z } from "zod";
import { bigId, bigIdOut, instantOut, smallId } from "#lib/base/ids";
import { callbackAnswer, eventAnswer, shownCallback } from "#schema/callbacks";

export { type Wallboard, wallboardAnswer, wallboardInput } from "./wallboard-schema.ts";

export const healthAnswer = z.object({
  ok: z.boolean(),
  /** The faults, as sentences; empty when all is well. */
  problems: z.array(z.string()),
  notes: z.array(z.string()),
  database: z.enum(["up", "down"]),
  migrations: z.object({ expected: z.int(), applied: z.int(), missing: z.array(z.string()) }).nullable(),
  /** This machine's clock minus the database's. No decision depends on it. */
  clockSkewMs: z.int().nullable(),
  lastTick: z.object({ at: instantOut, ageSeconds: z.int() }).nullable(),
});

const percent = z.number().min(0).max(100);
const whole = z.int().min(0);

export const monitoringInput = z.strictObject({ hours: z.coerce.number().int().min(1).max(720).default(24) });
export const monitoringAnswer = z.object({
  success: z.literal(true),
  timestamp: instantOut,
  period: z.object({ hours: z.int(), from: instantOut, to: instantOut }),
  healthMetrics: z.object({
    healthScore: percent,
    /** Why the score is not higher, as sentences. */
    healthReasons: z.array(z.string()),
    callbackConversionRate: percent,
    totalInboundCalls: whole,
    inboundWithOutcomes: whole,
    inboundWithCallbacksScheduled: whole,
    totalCallbacksCreated: whole,
    matchedCallbacks: whole,
    problematicSessions: whole,
    agentAssignmentSuccessRate: percent,
    onTimeRate: percent,
  }),
  metrics: z.object({
    dueInPeriod: whole,
    keptOnTime: whole,
    /** Within five minutes of their time and not taken yet: neither kept nor broken. */
    stillInTime: whole,
    /** Not overdue: the users did not ask for this hour, so these callbacks wait for the morning. */
    waitForMorning: whole,
    overdueNow: whole,
    oldestOverdueMinutes: whole.nullable(),
    overdueWithoutEntry: whole,
    timeToQueueP99Seconds: z.number().nullable(),
    ownerHitRate: percent.nullable(),
    quarantined: whole,
    snoozeDebtMinutes: z.number(),
    duplicatesStopped: whole,
    tick: z.object({
      lastAt: instantOut.nullable(),
      ageSeconds: z.int().nullable(),
      runs: whole,
      longestGapSeconds: z.int().nullable(),
      ledgerDifferences: whole,
      p95DurationMs: z.number().nullable(),
    }),
  }),
  recentInboundCalls: z.array(
    z.object({
      id: bigIdOut,
      userId: bigIdOut,
      agentId: z.int().nullable(),
      status: z.string(),
      startedAt: instantOut,
      durationSeconds: z.int().nullable(),
      lastOutcomeType: z.string().nullable(),
      callbackScheduled: z.boolean(),
    }),
  ),
  recentCallbacks: z.array(shownCallback),
  alerts: z.array(z.object({ level: z.enum(["warning", "error"]), message: z.string(), ids: z.array(z.string()) })),
});

export const debugCallbacksInput = z.strictObject({
  userId: bigId.optional(),
  agentId: smallId.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const debugCallbacksAnswer = z.object({
  success: z.literal(true),
  /** Negative when overdue. */
  callbacks: z.array(shownCallback.extend({ minutesToDue: z.int() })),
});

export const investigationInput = z
  .strictObject({ callbackId: smallId.optional(), callSessionId: bigId.optional() })
  .refine(({ callbackId, callSessionId }) => (callbackId === undefined) !== (callSessionId === undefined), {
    message: "must have either callbackId or callSessionId",
  });
const row = z.record(z.string(), z.unknown());
export const investigationAnswer = z.object({
  success: z.literal(true),
  /** One sentence: the fault, or that there is none. */
  verdict: z.string(),
  findings: z.array(z.string()),
  callback: callbackAnswer.nullable(),
  user: z.object({ id: bigIdOut, name: z.string(), doNotCall: z.boolean() }).nullable(),
  events: z.array(eventAnswer),
  queueEntries: z.array(row),
  notifications: z.array(row),
  calls: z.array(row),
});
