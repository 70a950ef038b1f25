import { z } from "zod";
import { bigId, bigIdOut, instantIn, instantOut, localTimeIn, smallId } from "#lib/ids";

/** The states of a callback. Only an outcome completes or fails one. */
export const CALLBACK_STATES = ["pending", "accepted", "completed", "cancelled", "failed"] as const;
/** States in which the promise is still to be kept. */
export const OPEN_STATES = ["pending", "accepted"] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];

const reason = z.string().trim().min(1).max(500);

/** What a customer asked for, wherever it is said: in POST /callbacks or with an outcome. */
export const promiseInput = z.strictObject({
  /** With an offset it is an instant; without one, the wall clock of `timeZone` or of the user. */
  scheduledFor: z.union([instantIn, localTimeIn], { error: "must be a time such as 2026-03-02T15:00:00Z" }),
  timeZone: z.string().min(1).max(64).optional(),
  callbackReason: reason.optional(),
  preferredAgentId: smallId.optional(),
});

export const scheduleInput = promiseInput.extend({
  userId: bigId,
  originalCallSessionId: bigId.optional(),
});
export type ScheduleInput = z.infer<typeof scheduleInput>;

export const acceptInput = z.strictObject({ callbackId: smallId, agentId: smallId });
export const snoozeInput = z.strictObject({
  callbackId: smallId,
  snoozeMinutes: z.int().min(1).max(60).default(5),
  agentId: smallId.optional(),
});
export const releaseInput = z.strictObject({ callbackId: smallId, agentId: smallId });
export const reassignInput = z.strictObject({
  /** One to a hundred; naming one twice is naming it once. */
  callbackIds: z
    .array(smallId)
    .min(1)
    .max(100)
    .transform((ids) => [...new Set(ids)]),
  /** Null: back to routing, for whoever is free. */
  agentId: smallId.nullable(),
});
export const moveInput = z.strictObject({ agentId: smallId, toAgentId: smallId.nullable() });
export const rescheduleInput = promiseInput
  .pick({ scheduledFor: true, timeZone: true })
  .extend({ callbackId: smallId, reason: reason.optional() });
export const cancelInput = z.strictObject({ callbackId: smallId, reason });
export const callbackIdInput = z.strictObject({ id: smallId });
export const pendingInput = z.strictObject({ agentId: smallId });
export const checkInInput = z.strictObject({
  agentId: smallId,
  status: z.enum(["available", "on_call", "break", "offline"]),
});
/** Which callbacks are meant; everything that is given must fit. */
const filter = z.strictObject({
  /** One state, or several with commas between them. */
  status: z
    .string()
    .max(60)
    .transform((states) => states.split(","))
    .pipe(z.array(z.enum(CALLBACK_STATES)))
    .optional(),
  agentId: smallId.optional(),
  userId: bigId.optional(),
  /** Scheduled from then on, and before then. */
  from: instantIn.optional(),
  to: instantIn.optional(),
  /** A part of the user's name, digits of the phone number, or the id of a callback. */
  search: z.string().trim().min(2).max(100).optional(),
});
export const listInput = filter.extend({
  /** `due`: the earliest first. */
  order: z.enum(["newest", "due"]).default("newest"),
  /** The id of the last callback of the page before. */
  cursor: smallId.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const calendarInput = filter.extend({ from: instantIn, to: instantIn });
export const overdueInput = listInput.pick({ agentId: true, cursor: true, limit: true });
export type CallbackFilter = z.infer<typeof filter>;

export const callbackAnswer = z.object({
  id: z.int(),
  userId: bigIdOut,
  status: z.enum(CALLBACK_STATES),
  scheduledFor: instantOut,
  promisedFor: instantOut,
  /** The wall-clock time that was said, and where. */
  promisedLocal: z.string(),
  promisedZone: z.string(),
  callbackReason: z.string().nullable(),
  preferredAgentId: z.int().nullable(),
  originalCallSessionId: bigIdOut.nullable(),
  completedCallSessionId: bigIdOut.nullable(),
  attempts: z.int(),
  maxAttempts: z.int(),
  snoozes: z.int(),
  acceptedByAgentId: z.int().nullable(),
  acceptedAt: instantOut.nullable(),
  completedAt: instantOut.nullable(),
  cancelledAt: instantOut.nullable(),
  cancelReason: z.string().nullable(),
  failedAt: instantOut.nullable(),
  quarantinedAt: instantOut.nullable(),
  createdAt: instantOut,
  /** The last thing that happened, in words: for a queued callback, why it is where it is. */
  why: z.string(),
});
export type CallbackAnswer = z.infer<typeof callbackAnswer>;

export const eventAnswer = z.object({
  seq: z.int(),
  at: instantOut,
  type: z.string(),
  actor: z.string(),
  fromStatus: z.string().nullable(),
  toStatus: z.string(),
  why: z.string(),
  data: z.record(z.string(), z.unknown()),
});
/** A callback with the people in it, for people to read. */
export const shownCallback = callbackAnswer.extend({
  userName: z.string(),
  userPhone: z.string(),
  userTimeZone: z.string(),
  /** Who accepted it, else in whose queue it is, else who was asked for. */
  agentId: z.int().nullable(),
  agentName: z.string().nullable(),
});
export const callbackStoryAnswer = shownCallback.extend({
  events: z.array(eventAnswer.extend({ actorName: z.string().nullable() })),
  /** The clock of the desk when this was read. */
  now: instantOut,
});
export const listAnswer = z.object({
  callbacks: z.array(shownCallback),
  nextCursor: z.int().nullable(),
  now: instantOut,
});
export const calendarAnswer = z.object({
  /** How many are scheduled in each quarter of an hour that has any; `late`: open ones whose time has passed. */
  quarters: z.array(z.object({ at: instantOut, callbacks: z.int(), late: z.int() })),
  now: instantOut,
});
export const overdueAnswer = z.object({
  callbacks: z.array(callbackAnswer.extend({ minutesOverdue: z.int() })),
  nextCursor: z.int().nullable(),
});

export const pendingAnswer = z.object({
  success: z.literal(true),
  callbacks: z.array(
    z.object({
      id: z.int(),
      userId: bigIdOut,
      scheduledFor: instantOut,
      callbackReason: z.string().nullable(),
      userName: z.string(),
      userPhone: z.string(),
      isAssigned: z.boolean(),
      isOverdue: z.boolean(),
      status: z.enum(OPEN_STATES),
      why: z.string(),
    }),
  ),
});

export const acceptAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ callbackId: z.int(), queueEntryId: z.int(), queueType: z.string(), userId: bigIdOut }),
});
export const snoozeAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ callbackId: z.int(), newScheduledTime: instantOut, snoozeMinutes: z.int(), snoozesLeft: z.int() }),
});
export const changedAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ callbackId: z.int(), status: z.enum(CALLBACK_STATES) }),
});

export const reassignAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `reassigned`: how many changed hands; who had them already keeps them without an event. */
  data: z.object({ callbackIds: z.array(z.int()), agentId: z.int().nullable(), reassigned: z.int() }),
});
export const moveAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `inCall`: callbacks that are being called at this moment; they stay where they are. */
  data: z.object({ agentId: z.int(), toAgentId: z.int().nullable(), moved: z.int(), inCall: z.array(z.int()) }),
});
export const rescheduleAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: callbackAnswer
    .pick({ status: true, scheduledFor: true, promisedLocal: true, promisedZone: true })
    .extend({ callbackId: z.int() }),
});

export const tickFailure = z.object({
  callbackId: z.int(),
  kind: z.enum(["deferred", "refused", "quarantined"]),
  code: z.string(),
  reason: z.string(),
});
export const tickAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** True when another tick was running: it does the work, this one did nothing. */
  skipped: z.boolean(),
  results: z.object({
    processed: z.int(),
    notified: z.int(),
    routed: z.int(),
    errors: z.int(),
    upcoming: z.int(),
    overdue: z.int(),
    unassigned: z.int(),
    rerouted: z.int(),
  }),
  /** due = newlyQueued + alreadyQueued + deferred + refused + quarantined */
  ledger: z
    .object({
      due: z.int(),
      newlyQueued: z.int(),
      alreadyQueued: z.int(),
      deferred: z.record(z.string(), z.int()),
      refused: z.record(z.string(), z.int()),
      quarantined: z.int(),
    })
    .nullable(),
  failures: z.array(tickFailure),
  /** Whole milliseconds. */
  duration: z.int(),
});
export type TickAnswer = z.infer<typeof tickAnswer>;
