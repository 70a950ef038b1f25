import { z } from "zod";
import { instantOut } from "#lib/base/ids";

const percent = z.number().min(0).max(100);
const whole = z.int().min(0);

export const wallboardInput = z.strictObject({
  /** The IANA zone whose midnight began today. */
  timeZone: z.string().max(100).default("UTC"),
});

/**
 * In the order of the wall: agents who are here (busy, free, away), then the others. `silent`: logged in, but without a heartbeat
 * for the grace time.
 */
export const AGENT_STATES = ["on_call", "available", "break", "silent", "gone"] as const;

export const agentOnWall = z.object({
  id: z.int(),
  name: z.string(),
  isAiAgent: z.boolean(),
  state: z.enum(AGENT_STATES),
  /** Null: never logged in. */
  since: instantOut.nullable(),
  /** Live entries assigned to this agent, including the one in a call. */
  load: whole,
});

/** The number of unsent actions in one browser of an agent, as of the last report of that browser. */
export const unsentOnWall = z.object({
  agentId: z.int(),
  agentName: z.string(),
  device: z.string(),
  unsent: whole,
  oldestAt: instantOut,
  reportedAt: instantOut,
});

/** Queue entries whose call has not begun. */
export const queueOnWall = z.object({
  queueType: z.string(),
  waiting: whole,
  /** The entries of callbacks, which are called first. */
  callbacks: whole,
  oldestSince: instantOut.nullable(),
});

/** The newest tick and its ledger: due is the sum of the following counts and `difference`. */
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

/** A row behind an alert, present or soon. `id` is that of a callback, a call or a tick, as `kind` says. */
export const needsYou = z.object({
  kind: z.enum(["not_queued", "overdue", "set_aside", "last_snooze", "no_outcome", "open_ledger"]),
  id: z.string(),
  callbackId: z.int().nullable(),
  userId: z.string().nullable(),
  userName: z.string().nullable(),
  /** The agent who has it, else the agent it was asked for. */
  agent: z.string().nullable(),
  agentId: z.int().nullable(),
  /** Whether that agent has it. */
  isHeld: z.boolean(),
  /** The mark of its user, when that keeps it out of the queue. */
  whyNotQueued: z.string().nullable(),
  /** Since when it is due, when the call ended, or when the tick ran. */
  since: instantOut,
  /** The time of the first promise to the user. */
  promisedFor: instantOut.nullable(),
  snoozes: whole,
  snoozesLeft: whole,
});

/** The promises of a quarter hour: promised = kept + missed + open. */
export const quarterOnWall = z.object({
  at: instantOut,
  promised: whole,
  kept: whole,
  /** Taken too early or too late, or not taken within five minutes. */
  missed: whole,
  open: whole,
  /** From the promised time to the first call or accept; null when no promise was taken. */
  medianWaitSeconds: z.number().nullable(),
  longestWaitSeconds: z.number().nullable(),
});
export const tickQuarterOnWall = z.object({
  at: instantOut,
  runs: whole,
  longestMs: z.number(),
  longestGapSeconds: z.number().nullable(),
});
/** Decided promises of the last four weeks, by the hour of the week in the requested zone; 1 is Monday. */
export const hourOnWall = z.object({ weekday: z.int(), hour: z.int(), promised: whole, kept: whole });

export const wallboardAnswer = z.object({
  /** The server's clock. Every age counts from here. */
  now: instantOut,
  from: instantOut,
  figures: z.object({
    /** Open callbacks that are due within the lead time of the tick, or overdue. */
    dueNow: whole,
    dueInQuarterHour: whole,
    overdueNow: whole,
    /** Those whose time passed more than five minutes ago. The others are due. */
    lateNow: whole,
    oldestOverdueSince: instantOut.nullable(),
    dueToday: whole,
    /** Kept promises among those due today. */
    keptOnTime: whole,
    /** Promises due today that are not taken yet and within five minutes of their time: neither kept nor broken. */
    stillInTime: whole,
    /** `keptOnTime` as a share of the decided ones: those due today without those still in time. */
    onTimeRate: percent,
    /** Not overdue: the users did not ask for this hour, so these callbacks wait for the morning. */
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
  /** The number of agents in each state; `agents` are the first 60 of them. */
  agentStates: z.partialRecord(z.enum(AGENT_STATES), whole),
  agents: z.array(agentOnWall),
  /** The reports of browsers that hold unsent actions: the first 20, oldest first. */
  unsent: z.array(unsentOnWall),
  /** The maximum number of waiting callbacks that the tick gives to one agent. */
  agentCallbackCap: whole,
  queues: z.array(queueOnWall),
  quarters: z.array(quarterOnWall),
  ticks: z.array(tickQuarterOnWall),
  week: z.array(hourOnWall),
});
export type Wallboard = z.output<typeof wallboardAnswer>;
