import { z } from "zod";
import { instantOut } from "#lib/base/ids";

const percent = z.number().min(0).max(100);
const whole = z.int().min(0);

export const wallboardInput = z.strictObject({
  /** The IANA zone whose midnight began today. */
  timeZone: z.string().max(100).default("UTC"),
});

/** Here first: busy, free, away; then those who are not. `silent`: logged in, and not heard of for the grace time. */
export const AGENT_STATES = ["on_call", "available", "break", "silent", "gone"] as const;

export const agentOnWall = z.object({
  id: z.int(),
  name: z.string(),
  isAiAgent: z.boolean(),
  state: z.enum(AGENT_STATES),
  /** Null: never logged in. */
  since: instantOut.nullable(),
  /** Live entries that are this agent's, the one in a call included. */
  load: whole,
});

/** What one browser of an agent holds unsent, as it said last. */
export const unsentOnWall = z.object({
  agentId: z.int(),
  agentName: z.string(),
  device: z.string(),
  unsent: whole,
  oldestAt: instantOut,
  reportedAt: instantOut,
});

/** Queue entries that nobody has called yet. */
export const queueOnWall = z.object({
  queueType: z.string(),
  waiting: whole,
  /** Of these for a callback, and so in front. */
  callbacks: whole,
  oldestSince: instantOut.nullable(),
});

/** The newest tick and its ledger: due is the sum of what follows it, plus `difference`. */
export const tickOnWall = z.object({
  id: z.string(),
  at: instantOut,
  durationMs: z.number(),
  due: whole,
  newlyQueued: whole,
  alreadyQueued: whole,
  deferred: whole,
  refused: whole,
  quarantined: whole,
  difference: z.int(),
});

/** A row behind an alert, or one that will soon be. `id` is that of a callback, a call or a tick, as `kind` says. */
export const needsYou = z.object({
  kind: z.enum(["not_queued", "overdue", "set_aside", "last_snooze", "no_outcome", "open_ledger"]),
  id: z.string(),
  callbackId: z.int().nullable(),
  userId: z.string().nullable(),
  userName: z.string().nullable(),
  /** Who has it, or was asked for. */
  agent: z.string().nullable(),
  agentId: z.int().nullable(),
  /** Why it is in no queue, as far as the mark of its user says. */
  whyNotQueued: z.string().nullable(),
  /** Due since, ended at, ran at. */
  since: instantOut,
  /** When the user was first promised to be called. */
  promisedFor: instantOut.nullable(),
  snoozes: whole,
  snoozesLeft: whole,
});

/** Promises of a quarter hour by what became of them: promised = kept + missed + open. */
export const quarterOnWall = z.object({
  at: instantOut,
  promised: whole,
  kept: whole,
  /** Taken too early or too late, or not taken though five minutes have passed. */
  missed: whole,
  open: whole,
  /** From the promised time to the first call or accept; null when none was taken. */
  medianWaitSeconds: z.number().nullable(),
  longestWaitSeconds: z.number().nullable(),
});
export const tickQuarterOnWall = z.object({
  at: instantOut,
  runs: whole,
  longestMs: z.number(),
  longestGapSeconds: z.number().nullable(),
});
/** Promises of the last four weeks that are decided, by the hour of the week in the asked-for zone; 1 is Monday. */
export const hourOnWall = z.object({ weekday: z.int(), hour: z.int(), promised: whole, kept: whole });

export const wallboardAnswer = z.object({
  /** The server's clock. Every age is counted from here. */
  now: instantOut,
  from: instantOut,
  figures: z.object({
    /** Open and due within the lead time of the tick, or overdue. */
    dueNow: whole,
    dueInQuarterHour: whole,
    overdueNow: whole,
    /** Of these, late: their time passed more than five minutes ago. The others are due. */
    lateNow: whole,
    oldestOverdueSince: instantOut.nullable(),
    dueToday: whole,
    /** Of those due today. */
    keptOnTime: whole,
    /** Due today, not taken yet, and within five minutes of their time: neither kept nor broken. */
    stillInTime: whole,
    /** `keptOnTime` of what is decided: due today without those still in time. */
    onTimeRate: percent,
    /** Not overdue: nobody asked for this hour, so they wait for the morning of the user. */
    waitForMorning: whole,
    onTimeTarget: percent,
    agentAssignmentSuccessRate: percent,
    waitingForAgent: whole,
    healthScore: percent,
    healthReasons: z.array(z.string()),
    callbackConversionRate: percent,
    inboundWithCallbacksScheduled: whole,
  }),
  alerts: z.array(z.object({ level: z.enum(["warning", "error"]), message: z.string(), ids: z.array(z.string()) })),
  needsYou: z.array(needsYou),
  lastTick: tickOnWall.nullable(),
  /** How many agents are in each state; `agents` are the first 60 of them. */
  agentStates: z.partialRecord(z.enum(AGENT_STATES), whole),
  agents: z.array(agentOnWall),
  /** What browsers hold unsent: the first 20, the oldest first. */
  unsent: z.array(unsentOnWall),
  /** Of which an agent takes so many waiting callbacks from the tick. */
  agentCallbackCap: whole,
  queues: z.array(queueOnWall),
  quarters: z.array(quarterOnWall),
  ticks: z.array(tickQuarterOnWall),
  week: z.array(hourOnWall),
});
export type Wallboard = z.output<typeof wallboardAnswer>;
